<#
.SYNOPSIS
Runs suites on the module that an import of Buildpacks finds, and writes a report.
.PARAMETER Report
The report's path; NUnit's XML.
.PARAMETER Suite
Which suite; all without it.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $Report, [string] $Suite = '*')

$suites = Get-ChildItem -Path (Join-Path $PSScriptRoot '..') -Filter "$Suite.Tests.ps1"
Invoke-Pester -Configuration @{
    Run        = @{ Container = New-PesterContainer -Path $suites.FullName -Data @{ Module = 'Buildpacks' }; Exit = $true }
    TestResult = @{ Enabled = $true; OutputPath = $Report }
    Output     = @{ Verbosity = 'Detailed' }
}
