<#
.SYNOPSIS
Measures the module against what is bare necessity, and prints the ratios.
.PARAMETER Name
Benchmarks: rebuild, added, extension, registry-route, separate, untrusted, run-image, first-build, upload, import, eight, memory, list, publish, blob,
rebase, inspect, publish-memory, ignore, crowd; all without it.
.PARAMETER Runs
How many rounds count.
.PARAMETER Engine
Podman or Docker; both without it.
.PARAMETER Small
Small apps and layers: to try benchmarks out, not for figures.
.PARAMETER Write
Puts the tables into docs/benchmarks.md.
#>
[CmdletBinding(PositionalBinding = $false)]
param([Parameter(ValueFromRemainingArguments)] [string[]] $Name = @(), [int] $Runs, [string] $Engine, [switch] $Small, [switch] $Write)

$arguments = @('run', '-c', 'Release', '--project', [IO.Path]::Combine($Root, 'tests', 'benchmarks'), '--') + $Name
if ($Runs) {
    $arguments += '--runs', "$Runs"
}

if ($Engine) {
    $arguments += '--engine', $Engine
}

if ($Small) {
    $arguments += '--small'
}

if ($Write) {
    $arguments += '--write', [IO.Path]::Combine($Root, 'docs', 'benchmarks.md')
}

Invoke-Program dotnet $arguments
