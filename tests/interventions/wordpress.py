"""A real WordPress of Debian's package, installed into a customer's folder and served by PHP on loopback."""

import os
import shutil
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from devtools.processes import Child, spawn, wait_until
from interventions.backups import Database
from tests.interventions.servers import MariaDBServer, free_port

PACKAGE = Path("/usr/share/wordpress")
POST = "Fresh croissants every morning"
PLUGIN = """<?php
/* Plugin Name: Opening hours */
add_action('wp_footer', function () { echo '<p>Open from 7 to 19</p>'; });
"""
CONFIG = """<?php
define( 'DB_NAME', {name} );
define( 'DB_USER', {user} );
define( 'DB_PASSWORD', {password} );
define( 'DB_HOST', {host} );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'AUTH_KEY', 'a' ); define( 'SECURE_AUTH_KEY', 'b' ); define( 'LOGGED_IN_KEY', 'c' );
define( 'NONCE_KEY', 'd' ); define( 'AUTH_SALT', 'e' ); define( 'SECURE_AUTH_SALT', 'f' );
define( 'LOGGED_IN_SALT', 'g' ); define( 'NONCE_SALT', 'h' );
define( 'WP_HOME', {url} ); define( 'WP_SITEURL', {url} );
define( 'DISABLE_WP_CRON', true ); define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'SCRIPT_DEBUG', true ); // or visitors renew a minute's copy of the styles in wp_options
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) {{ define( 'ABSPATH', __DIR__ . '/' ); }}
require_once ABSPATH . 'wp-settings.php';
"""
INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = $argv[2];
$_SERVER['REQUEST_URI'] = '/';
function wp_mail() { return true; }
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Bakery', 'owner', 'owner@bakery.example', true, '', 'owner-pass-2026');
"""
FILL = """<?php
$_SERVER['HTTP_HOST'] = $argv[2];
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/plugin.php';
wp_insert_post(['post_title' => $argv[3], 'post_content' => 'été 🥐', 'post_status' => 'publish']);
$made = activate_plugin('opening-hours/opening-hours.php');
$file = wp_upload_bits('oven.mp3', null, random_bytes(300000));
if ($made || $file['error']) { echo print_r([$made, $file], true); exit(1); }
"""
HACK = """<?php
$_SERVER['HTTP_HOST'] = $argv[2];
$_SERVER['REQUEST_URI'] = '/';
require $argv[1] . '/wp-load.php';
wp_insert_user(['user_login' => 'intruder', 'user_pass' => 'x', 'role' => 'administrator']);
update_option('blogname', 'Hacked');
"""


@dataclass(frozen=True)
class Page:
    """What a visitor of the front page gets."""

    status: int
    body: bytes


@dataclass
class WordPressSite:
    """One site: its folder, its database, and PHP's own web server in front of it."""

    root: Path
    mariadb: MariaDBServer
    database: Database
    port: int
    child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self.child:
            self.child.stop()

    def serve(self) -> None:
        words = ["php", "-S", f"127.0.0.1:{self.port}", "-t", str(self.root)]
        workers = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
        self.child = spawn("php", words, self.root.parent.parent / "php.log", env=workers)
        wait_until("WordPress", lambda: self.page().status == 200, self.child, seconds=60)

    def page(self, path: str = "/") -> Page:
        """The answer to a visitor; status 0 when there is none."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:  # noqa: S310
                return Page(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            return Page(error.code, error.read())
        except OSError:
            return Page(0, b"")

    def dump(self) -> str:
        return self.mariadb.dump(self.database.name)

    def php(self, script: str, *words: str) -> None:
        """Run a script inside of the site, as a technician would."""
        command = ["php", "--", str(self.root), f"127.0.0.1:{self.port}", *words]
        done = subprocess.run(command, input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def spoil(self) -> None:
        """The technician's mistake: a plugin broken, files changed and deleted, a stranger made
        administrator, tables dropped."""
        content = self.root / "wp-content"
        self.php(HACK)
        plugin = content / "plugins" / "opening-hours" / "opening-hours.php"
        plugin.write_text(f"{PLUGIN}\nno_such_function();\n")
        (self.root / "wp-includes" / "version.php").chmod(0o600)
        with (self.root / "wp-includes" / "general-template.php").open("a") as file:
            file.write("/* mended */")
        (self.root / "wp-includes" / "evil.php").write_text("<?php evil();")
        next(content.rglob("oven.mp3")).unlink()
        shutil.rmtree(self.root / "wp-admin" / "images")
        drop = "DROP TABLE wp_postmeta, wp_comments; CREATE TABLE wp_evil (a int)"
        self.mariadb.sql(drop, self.database.name)


def install(root: Path, mariadb: MariaDBServer) -> WordPressSite:
    """WordPress as a customer has it: copied, configured, installed, with a post, a plugin, an upload."""
    database = mariadb.fill("SELECT 1")
    site = WordPressSite(root, mariadb, database, free_port())
    shutil.copytree(PACKAGE, root)
    (root / ".htaccess").write_text("# BEGIN WordPress\n# END WordPress\n")
    for folder in ("uploads", "plugins/opening-hours"):
        (root / "wp-content" / folder).mkdir(parents=True)
    (root / "wp-content" / "plugins" / "opening-hours" / "opening-hours.php").write_text(PLUGIN)
    words = {
        "name": database.name,
        "user": database.user,
        "password": database.password,
        "host": f"localhost:{database.socket}",
        "url": site.url,
    }
    config = CONFIG.format(**{name: _php(value) for name, value in words.items()})
    (root / "wp-config.php").write_text(config)
    (root / "wp-config.php").chmod(0o640)
    os.link(root / "readme.html", root / "licence.html")
    (root / "latest").symlink_to("wp-content/uploads")
    site.php(INSTALL)
    site.php(FILL, POST)
    site.serve()
    return site


def _php(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
