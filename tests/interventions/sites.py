"""Sites to be saved: trees with everything that a file system allows, databases with everything in them."""

import os
from pathlib import Path

PLAIN = """
CREATE TABLE wp_posts (id int PRIMARY KEY AUTO_INCREMENT, title text, body longblob) CHARSET utf8mb4;
INSERT INTO wp_posts (title, body) VALUES ('Bonjour été 🥐', x'00ff0a0d27'), ('line\nbreak', NULL);
CREATE TABLE wp_options (name varchar(64) PRIMARY KEY, value text) ENGINE InnoDB;
INSERT INTO wp_options VALUES ('siteurl', 'https://shop.example'), ('-- Dump', 'CREATE TABLE x');
"""
MORE = """
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (id int PRIMARY KEY, parent_id int, twice int AS (id * 2) STORED,
  CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1), (2); INSERT INTO child (id, parent_id) VALUES (1, 1), (2, 2);
CREATE TABLE log (id int PRIMARY KEY AUTO_INCREMENT, said text) ENGINE MyISAM;
CREATE TABLE `odd ``name` (`a b` int, s geometry);
CREATE VIEW titles AS SELECT id, title FROM wp_posts;
CREATE VIEW first_titles AS SELECT title FROM titles WHERE id = 1;
CREATE TRIGGER told AFTER INSERT ON wp_posts FOR EACH ROW INSERT INTO log (said) VALUES (NEW.title);
CREATE FUNCTION twice (n int) RETURNS int DETERMINISTIC RETURN n * 2;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' DO DELETE FROM log;
INSERT INTO wp_posts (title) VALUES ('seen by the trigger');
"""
RICH = PLAIN + MORE
VANDALISM = """
DROP TABLE wp_options; CREATE TABLE evil (a int); UPDATE wp_posts SET title = 'hacked';
CREATE TABLE more (id int PRIMARY KEY);
"""
POSTGRES = """
CREATE EXTENSION citext;
CREATE SCHEMA shop;
CREATE TABLE posts (id serial PRIMARY KEY, title citext, body bytea);
INSERT INTO posts (title, body) VALUES ('Bonjour été 🥐', '\\x00ff0a0d27'), (E'line\nbreak', NULL);
CREATE TABLE shop.parent (id int PRIMARY KEY);
CREATE TABLE shop."Odd ""name" (id int REFERENCES shop.parent (id));
INSERT INTO shop.parent VALUES (1); INSERT INTO shop."Odd ""name" VALUES (1);
CREATE VIEW titles AS SELECT title FROM posts;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
"""
POSTGRES_VANDALISM = """
DROP SCHEMA shop CASCADE; CREATE TABLE evil (a int); UPDATE posts SET title = 'hacked';
"""
AT = 1_700_000_000_123_456_789


def plant(root: Path) -> Path:
    """A site with links, odd names, modes and times below a second."""
    root.mkdir(parents=True)
    (root / "index.php").write_text("<?php echo 'Bonjour';")
    folder = root / "wp-content" / ("long-" * 25) / ("name-" * 25)
    folder.mkdir(parents=True)
    (folder / "deep.txt").write_bytes(os.urandom(3_000))
    for number in range(40):
        (root / "wp-content" / f"upload-{number}.bin").write_bytes(os.urandom(number * 211))
    named = [
        b"line\nbreak",
        b"inval\xff\xfeid",
        "é à ü.txt".encode(),
        b"back\\slash",
        b"-rf",
        b" s ",
    ]
    for name in (*named, b"quote'\"`$(x)", b"%d"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(name)
    (root / "empty").mkdir()
    (root / "nothing").touch()
    (root / "absolute").symlink_to("/etc/hostname")
    (root / "dangling").symlink_to("../no/such")
    (root / "loop").symlink_to(".")
    (root / "first").write_text("one file, three names")
    os.link(root / "first", root / "zweiter")
    os.link(root / "first", root / "empty" / "third")
    os.link(root / "dangling", root / "dangling-too", follow_symlinks=False)
    (root / "first").chmod(0o640)
    (root / "nothing").chmod(0o4755)
    (root / "empty").chmod(0o2775)
    with (root / "sparse").open("wb") as sparse:
        sparse.truncate(3_000_000)
    for number, path in enumerate(sorted(root.rglob("*"), reverse=True)):
        at = (AT - number * 1_000_000_007, AT - number * 86_400_000_000_011)
        os.utime(path, ns=at, follow_symlinks=False)
    (root / "wp-content").chmod(0o555)
    os.utime(root, ns=(AT, AT - 5))
    return root


def seen(root: Path) -> dict[bytes, tuple[object, ...]]:
    """Everything about a tree that a restore must give back, by path; hard links by their group."""
    found: dict[bytes, tuple[object, ...]] = {}
    groups: dict[int, list[bytes]] = {}
    top = os.fsencode(root)
    paths = [top]
    for folder, folders, files in os.walk(top):
        paths += [os.path.join(folder, name) for name in (*folders, *files)]
    for path in paths:
        status = os.lstat(path)
        content = b""
        if os.path.islink(path):
            content = os.readlink(path)
        elif os.path.isfile(path):
            content = Path(os.fsdecode(path)).read_bytes()
        groups.setdefault(status.st_ino, []).append(path[len(top) :])
        mode, times = status.st_mode, status.st_mtime_ns
        found[path[len(top) :]] = (mode, times, status.st_uid, status.st_gid, content)
    twins = {path: tuple(sorted(group)) for group in groups.values() for path in group}
    return {path: (*facts, twins[path]) for path, facts in found.items()}


def damage(root: Path) -> None:
    """What a technician's mistake leaves."""
    (root / "index.php").write_text("<?php die('broken');")
    (root / "evil.php").write_text("<?php evil();")
    (root / "first").unlink()
    (root / "empty").chmod(0o700)


def config(database: str, user: str, password: str, where: str) -> str:
    """A wp-config.php as WordPress writes it."""
    kept = password.replace("\\", "\\\\").replace("'", "\\'")
    return (
        "<?php\n/* define('DB_NAME', 'old'); */\n// define('DB_NAME', 'older');\n"
        f"define( 'DB_NAME', '{database}' );\ndefine( 'DB_USER', \"{user}\" );\n"
        f"define( 'DB_PASSWORD', '{kept}' );\ndefine( 'DB_HOST', '{where}' );\n"
        "$table_prefix = 'wp_';\nrequire_once ABSPATH . 'wp-settings.php';\n"
    )
