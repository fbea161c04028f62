# A server and four windows. Each has a console of its own; closing the server's ends the server.
Set-Location $PSScriptRoot
$python = if (Get-Command py -ErrorAction SilentlyContinue) { "py" } else { "python" }
Start-Process $python -ArgumentList "Chatserver.py"
Start-Sleep -Seconds 1
foreach ($config in "config.txt", "config1.txt", "config2.txt", "config3.txt") {
    Start-Process $python -ArgumentList "ChatApp.py", $config
}
