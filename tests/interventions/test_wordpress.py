"""wp-config.php is read as PHP would, and never guessed."""

import pytest

from interventions.backups import Database, Engine
from interventions.backups.errors import ConfigurationUnreadable
from interventions.backups.wordpress import read_database, split_host
from tests.interventions.servers import NASTY
from tests.interventions.sites import config

REST = "define('DB_USER','u');define('DB_PASSWORD','p');define('DB_HOST','localhost');"


def test_a_configuration_as_wordpress_writes_it_is_read():
    words = config("shop", "site", NASTY, "localhost:/run/s.sock")
    expected = Database(Engine.MARIADB, "shop", "site", NASTY, socket="/run/s.sock")
    assert read_database(words) == expected


@pytest.mark.parametrize(
    ("php", "name"),
    [
        ("define('DB_NAME', 'a');", "a"),
        ('define("DB_NAME","a");', "a"),
        ("DEFINE ( /* the */ 'DB_NAME' , # name\n 'a' ) ;", "a"),
        ("define('DB_NAME', 'a', false);", "a"),
        ("define('DB_NAME', 'it\\'s \\\\ \\n');", "it's \\ \\n"),
        ('define("DB_NAME", "a\\tb\\x41\\u{e9}\\101\\$x \\q");', "a\tbAéA$x \\q"),
        ("$x = \"define('DB_NAME', 'no');\"; define('DB_NAME', 'a');", "a"),
        ("// define('DB_NAME', 'no');\ndefine('DB_NAME', 'a');", "a"),
        ("define('DB_NAME', 'a'); define('DB_NAME', 'second');", "a"),
        ("defined('DB_NAME') || define('DB_NAME', 'a');", "a"),
        ("?> define('DB_NAME', 'html'); <?php define('DB_NAME', 'a');", "a"),
        ("// ended ?> define('DB_NAME', 'html'); <?php define('DB_NAME', 'a');", "a"),
    ],
)
def test_the_ways_of_php_to_say_a_constant(php: str, name: str):
    assert read_database(f"<?php\n{php}\n{REST}").name == name


@pytest.mark.parametrize(
    "php",
    [
        "",
        "define('DB_NAME', getenv('DB'));",
        'define("DB_NAME", "$x");',
        'define("DB_NAME", "{$x}y");',
        "define('DB_NAME', 'a' . 'b');",
        "define('DB_NAME', 'a",
        "define(DB_NAME, 'a');",
        "define('DB_NAME'",
        "/* define('DB_NAME', 'a'); */",
    ],
)
def test_what_is_computed_or_missing_is_not_guessed(php: str, english: None):
    with pytest.raises(ConfigurationUnreadable, match="DB_NAME"):
        read_database(f"<?php\n{REST}\n{php}")


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("localhost", ("localhost", None, "")),
        ("db.example:3307", ("db.example", 3307, "")),
        ("localhost:/run/mysqld/s.sock", ("localhost", None, "/run/mysqld/s.sock")),
        (":/run/s.sock", ("localhost", None, "/run/s.sock")),
        ("", ("localhost", None, "")),
        ("[::1]:3307", ("::1", 3307, "")),
        ("::1", ("::1", None, "")),
        ("127.0.0.1", ("127.0.0.1", None, "")),
    ],
)
def test_a_host_is_split_as_wordpress_does(where: str, found: tuple[str, int | None, str]):
    assert split_host(where) == found


def test_a_host_that_is_none_is_said():
    with pytest.raises(ConfigurationUnreadable):
        split_host("a:b:c/d")
