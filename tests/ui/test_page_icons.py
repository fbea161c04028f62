from PIL import Image, ImageChops

from tests.ui.page_icons import PUBLIC, icons


def test_the_icons_of_the_page_are_the_sign_of_muca() -> None:
    for name, icon in icons().items():
        with Image.open(PUBLIC / name) as drawn:
            assert ImageChops.difference(drawn.convert("RGBA"), icon.convert("RGBA")).getbbox() is None, name
