"""Completion in the shells: what `--install-completion` writes, and `--show-completion` shows.

Every script asks in one way, which Typer answers (`complete_fish`): the line as it is typed goes
in, `NAME<tab>what it is` comes back, a line for each. Typer's own scripts for bash, zsh and
PowerShell would put a name with spaces in as several words; ours quote it as the shell does.
Where nothing is answered, the shell offers files.
"""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from hostkit.errors import RequestError

ASKED_BY = "_HOSTKIT_COMPLETE"
"""The variable in which a shell asks."""
KNOWN = ("bash", "zsh", "fish", "powershell", "pwsh")
LINE_IN = "_TYPER_COMPLETE_ARGS"
"""The variable with the line as it is typed, up to the cursor."""

_ASKING = f"{ASKED_BY}=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args {LINE_IN}"

BASH = rf"""
_hostkit_completion() {{
    local name word="${{COMP_WORDS[COMP_CWORD]}}"
    COMPREPLY=()
    while IFS=$'\t' read -r name _; do
        [[ $name ]] || continue
        [[ $word == [\'\"]* ]] || printf -v name %q "$name"
        COMPREPLY+=("$name")
    done < <(env {_ASKING}="${{COMP_LINE:0:COMP_POINT}}" "$1" 2>/dev/null)
}}
complete -o default -F _hostkit_completion hostkit
"""

ZSH = rf"""
#compdef hostkit
_hostkit_completion() {{
    local line
    local -a names shown
    for line in "${{(@f)$(env {_ASKING}="${{words[1,CURRENT]}}" "${{words[1]}}" 2>/dev/null)}}"; do
        [[ -n $line ]] || continue
        names+=("${{line%%$'\t'*}}")
        shown+=("${{line/$'\t'/  -- }}")
    done
    if (( $#names )); then compadd -l -d shown -a names; else _files; fi
}}
if [[ $funcstack[1] == _hostkit ]]; then
    _hostkit_completion "$@"
else
    compdef _hostkit_completion hostkit
fi
"""

POWERSHELL = rf"""
Register-ArgumentCompleter -Native -CommandName hostkit -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $Env:{LINE_IN} = $commandAst.ToString().PadRight($length).Substring(0, $length)
    $Env:_TYPER_COMPLETE_FISH_ACTION = 'get-args'
    $Env:{ASKED_BY} = 'complete_fish'
    hostkit | Where-Object {{ $_ }} | ForEach-Object {{
        $name, $about = $_ -split "`t", 2
        $quoted = if ($name -match "[\s'``$;&|(){{}}]") {{ "'" + $name.Replace("'", "''") + "'" }}
            else {{ $name }}
        [System.Management.Automation.CompletionResult]::new(
            $quoted, $name, 'ParameterValue', $(if ($about) {{ $about }} else {{ $name }}))
    }}
    $Env:{ASKED_BY} = $Env:_TYPER_COMPLETE_FISH_ACTION = $Env:{LINE_IN} = $null
}}
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "powershell": POWERSHELL, "pwsh": POWERSHELL}
"""fish quotes by itself: there Typer's script is right."""


def script(shell: str) -> str:
    """What the shell is to run. Raises typer.Exit for a shell that has no completion."""
    return SCRIPTS[shell].strip() if shell in SCRIPTS else _typers_script(shell)


def install() -> tuple[str, Path]:
    """Puts the script where this shell reads it; gives the shell and the file.

    Raises RequestError where nobody knows which shell this is, as in a script.
    """
    if this_shell() not in KNOWN:
        raise RequestError(
            "no shell that completes is seen from here; known are bash, zsh, fish and PowerShell",
            cure="type it at the prompt of one of these",
        )
    shell, path = _typers().install(prog_name="hostkit", complete_var=ASKED_BY)
    placed = path.read_text(encoding="utf-8")
    path.write_text(placed.replace(_typers_script(shell), script(shell)), encoding="utf-8")
    return shell, path


def this_shell() -> str:
    """The shell that hostkit was called by; empty where that cannot be told."""
    import shellingham

    try:
        name, _ = shellingham.detect_shell()
    except shellingham.ShellDetectionFailure:
        return ""
    return str(name)


def be_ready_to_answer() -> None:
    """Lets the app answer a shell that asks, in place of running."""
    os.environ["COLUMNS"] = "10000"  # or what a name is would be folded, and be more names
    _typers().completion_init()


def _typers_script(shell: str) -> str:
    made = _typers().get_completion_script(prog_name="hostkit", complete_var=ASKED_BY, shell=shell)
    return str(made)


def _typers() -> Any:
    """Typer's completion, whose names are not declared to be for others."""
    return import_module("typer.completion")
