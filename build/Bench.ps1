<#
.SYNOPSIS
Measures the module against what is bare necessity, and prints the ratios.
.PARAMETER Name
Benchmarks: rebuild, run-image, first-build, upload, import, eight, memory, list, crowd; all without it.
.PARAMETER Runs
How many rounds count.
.PARAMETER Engine
Podman or Docker; both without it.
.PARAMETER Write
Puts the tables into docs/benchmarks.md.
#>
[CmdletBinding(PositionalBinding = $false)]
param([Parameter(ValueFromRemainingArguments)] [string[]] $Name = @(), [int] $Runs, [string] $Engine, [switch] $Write)

$arguments = @('run', '-c', 'Release', '--project', [IO.Path]::Combine($Root, 'tests', 'benchmarks'), '--') + $Name
if ($Runs) {
    $arguments += '--runs', "$Runs"
}

if ($Engine) {
    $arguments += '--engine', $Engine
}

if ($Write) {
    $arguments += '--write', [IO.Path]::Combine($Root, 'docs', 'benchmarks.md')
}

Invoke-Program dotnet $arguments
