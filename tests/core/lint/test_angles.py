"""What of a command is a place for a value, and what a shell does with angle brackets."""

import pytest

from bot.core.lint.angles import place_for

PLACES = [
    ("ssh <host> uptime", "{{ host }}, and host under `inputs:`; or the text in quotes"),
    ("ssh root@<host>", "{{ host }}, "),
    ("kubectl logs <pod-name> -c app", "{{ pod_name }}, "),
    ("psql -h <YOUR_HOST> -U app", "{{ your_host }}, "),
    ("psql -h <db host> -U app < dump.sql", "{{ db_host }}, "),
    ("aws s3 cp s3://<bucket>/x .", "{{ bucket }}, "),
    ("db-<zone>.example", "{{ zone }}, "),
    ("curl http://<host>:9000/x", "{{ host }}, "),
    ("scp <user>@<host>:/tmp/x .", "{{ user }}, "),
    ("systemctl stop <service>.service", "{{ service }}, "),
    ('echo "don\'t" <host>', "{{ host }}, "),
    ("cat <<EOF | app <host>\ntext\nEOF", "{{ host }}, "),
    ("cat <<'EOF'\n<b>\nEOF\nssh <host>", "{{ host }}, "),
]
COMMANDS = [
    "sort <in >out",
    "sort < in > out",
    "app <infile>outfile",
    "cat <<EOF\n<host>\nEOF\n",
    "cat <<'EOF' > a\n<b>x\nEOF",
    'echo "<host>"',
    "echo '<a>'",
    "diff <(ls a) <(ls b)",
    "app 2>&1",
    "curl -d <b>x</b>",
    "[[ a<b && c>d ]]",
    "awk '$1<5 && x>3' f",
    "app 2>/dev/null </dev/null",
    "app <&3 >&4",
    "while read l; do :; done <list >out",
    "ls # <host>",
    "app <<< word > x",
    "app <config/>",
    "mysql <dump.sql",
    "echo \\<host\\>",
    'psql <"$f">out',
    'git log --author="A <a@b>"',
    "ssh {{ host }} uptime",
]


@pytest.mark.parametrize(("command", "write"), PLACES)
def test_a_place_for_a_value_is_told_with_the_line_to_write(command: str, write: str) -> None:
    found = place_for(command)
    assert found is not None
    assert "is a redirection to a shell" in found[0]
    assert found[1].startswith(write)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_shell_is_meant_to_do_is_no_place_for_a_value(command: str) -> None:
    assert place_for(command) is None
