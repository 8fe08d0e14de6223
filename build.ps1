<#
.SYNOPSIS
Runs a task of this repository. Each task is a script in the folder build.
.PARAMETER Task
The task's name; Help lists them. What follows goes to the task.
#>
param([string] $Task = 'Help')

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# The scripts keep to the language, the cmdlets of the engine itself and .NET: pshost has no others but Write-Host.
$Root = $PSScriptRoot
$null = $ExecutionContext.SessionState.Path.SetLocation($Root)
$env:DOTNET_CLI_UI_LANGUAGE = 'en'
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

# Programs that end soon gain nothing from a profile of themselves: compilers and tests take a fifth less processor time without one.
$env:DOTNET_TieredPGO = '0'

# Says what comes next.
function Write-Step([string] $Text) {
    Write-Host "==> $Text" -ForegroundColor Cyan
}

# Runs a program; one that fails ends the task.
function Invoke-Program([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') failed with exit code $LASTEXITCODE."
    }
}

# Runs a program whose output matters only when it fails.
function Invoke-Quietly([string] $Program, [string[]] $Arguments) {
    $output = & $Program @Arguments 2>&1
    if ($LASTEXITCODE -ne 0) {
        $output | ForEach-Object { Write-Host "$_" }
        throw "$Program $($Arguments -join ' ') failed with exit code $LASTEXITCODE."
    }
}

# Runs another task.
function Invoke-Task([string] $Name) {
    & ([IO.Path]::Combine($Root, 'build', "$Name.ps1")) @args
}

$tasks = [IO.Directory]::GetFiles([IO.Path]::Combine($Root, 'build'), '*.ps1') |
    ForEach-Object { [IO.Path]::GetFileNameWithoutExtension($_) }
$name = $tasks | Where-Object { $_ -eq $Task }
if (-not $name) {
    $Host.UI.WriteErrorLine("There is no task '$Task'; './build.sh Help' lists them.")
    exit 2
}

Invoke-Task $name @args
