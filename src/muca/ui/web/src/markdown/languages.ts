/** The names of languages for code blocks. Any other word after a fence is part of the code. */

const NAMES = `
	asm assembly awk bash bat batch c c++ cc clojure cmake console cpp cs csharp css csv dart diff dockerfile docker elixir elm
	erlang f90 fortran go golang graphql h haskell hpp hs html http ini java javascript js json json5 jsonc jsx julia kotlin kt
	latex less lisp log lua make makefile markdown matlab md mermaid nginx nix objc objective-c ocaml octave output patch pascal
	perl php pl plain plaintext powershell ps1 prolog properties protobuf ps py py3 pycon python python3 python-repl r rb rs rst
	ruby rust sass scala scheme scss sh shell sql svg swift tcl terminal tex text toml ts tsx txt typescript vb vba vbnet verilog
	vhdl vim wasm xml yaml yml zig zsh
`;

const LANGUAGES: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));

/** Whether the word after a fence is a language. */
export const isLanguage = (word: string): boolean => LANGUAGES.has(word.toLowerCase());
