<#
.SYNOPSIS
Packs the module and runs tests/*.Tests.ps1 on the package, in PowerShell itself, on a podman and a docker of its own.
.PARAMETER Suite
A suite, such as Build; all without it.
.PARAMETER Here
Uses the engines and images of this machine's user.
.PARAMETER Prepared
The package, the lifecycle and the solution were just built: they are tested as they are.
#>
[CmdletBinding(PositionalBinding = $false)]
param([string] $Suite, [switch] $Here, [switch] $Prepared)

$report = [IO.Path]::Combine([IO.Directory]::CreateDirectory("$Root/out/tests").FullName, 'Pester.xml')
[IO.File]::Delete($report)
$pwsh = @(if (Get-Command pwsh -CommandType Application -ErrorAction Ignore) { 'pwsh' } else { 'dotnet', 'pwsh' })

if (-not $Prepared) {
    Invoke-Task Package
    Invoke-Task Lifecycle
    Invoke-Quietly dotnet @('build', "$Root/tests/Buildpacks.Sandbox", '-c', 'Release', '--nologo')
}

Write-Step 'Pester'
Invoke-Quietly dotnet @('msbuild', "$Root/tests/Pester/Pester.proj", '-restore', '-target:LayOut', '-nologo', '-verbosity:quiet')
$env:PSModulePath = "$Root/out/modules", "$Root/out/package", $env:PSModulePath -join [IO.Path]::PathSeparator
$program = $pwsh + '-NoProfile', '-NonInteractive', '-File', "$Root/tests/Pester/Invoke-Suite.ps1", '-Report', $report
if ($Suite) {
    $program += '-Suite', $Suite
}

if (-not $Here) {
    $program = @('dotnet', "$Root/tests/Buildpacks.Sandbox/bin/Release/net10.0/sandbox.dll") + $program
}
Invoke-Program $program[0] $program[1..($program.Length - 1)]
