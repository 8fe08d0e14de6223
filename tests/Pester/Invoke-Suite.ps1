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
if (-not $suites) {
    throw "There is no suite '$Suite'."
}

$run = Invoke-Pester -Configuration @{
    Run        = @{ Container = New-PesterContainer -Path $suites.FullName -Data @{ Module = 'Buildpacks' }; PassThru = $true }
    TestResult = @{ Enabled = $true; OutputPath = $Report }
    Output     = @{ Verbosity = 'Detailed' }
}

# Pester's report has the tests that a broken set-up kept from running, but not what broke.
if ($run.FailedContainersCount + $run.FailedBlocksCount) {
    $broken = @($run.FailedContainers | ForEach-Object { @{ Name = $_.Name; Cause = $_.ErrorRecord } }) +
        @($run.FailedBlocks | ForEach-Object { @{ Name = "$($_.ExpandedPath), in $($_.ScriptBlock.File)"; Cause = $_.ErrorRecord } })
    $xml = [xml]::new()
    $xml.Load($Report)
    $all = $xml.SelectSingleNode('/test-results/test-suite')
    foreach ($part in $broken) {
        $element = $all.SelectSingleNode('results').AppendChild($all.CloneNode($false))
        $element.SetAttribute('name', $part.Name)
        $element.SetAttribute('description', $part.Name)
        $failure = $element.AppendChild($xml.CreateElement('failure'))
        $failure.AppendChild($xml.CreateElement('message')).InnerText = $part.Cause -join "`n"
        $null = $element.AppendChild($xml.CreateElement('results'))
    }

    $xml.Save($Report)
}

exit [int] ($run.Result -ne 'Passed')
