<#
.SYNOPSIS
Builds, runs every test, and ends with what did not pass and why, and "N passed, N failed, N skipped".
.PARAMETER Configuration
Release or Debug.
.PARAMETER Project
A test project, such as Buildpacks.Engines.Tests; all without it.
.PARAMETER Filter
Which tests, as dotnet test --filter has it.
#>
param([string] $Configuration = 'Release', [string] $Project = '*', [string] $Filter)

$results = [IO.Directory]::CreateDirectory([IO.Path]::Combine($Root, 'out', 'tests')).FullName

# What did not pass, said once more at the end: a failure's own place is in the middle of a long log. The build server reads the file.
$summary = [IO.Path]::Combine($results, 'not-passed.txt')
[IO.File]::Delete($summary)
$notPassed = @{ Failed = @(); Skipped = @() }

# Notes a test that did not pass, with the first lines of what it said.
function Add-NotPassed([string] $Outcome, [string] $Name, [string] $Message) {
    $lines = @($Message -split '\r?\n' | Where-Object { $_.Trim() })
    $notPassed[$Outcome] += "${Outcome}: $Name"
    for ($i = 0; $i -lt [Math]::Min($lines.Length, 5); $i++) {
        $line = $lines[$i].TrimEnd()
        $notPassed[$Outcome] += '    ' + $(if ($line.Length -le 240) { $line } else { $line.Substring(0, 240) + '...' })
    }
}

# The text of an element below another, or nothing.
function Get-ElementText([Xml.XmlElement] $Element, [string] $Name) {
    $Element.CreateNavigator().Evaluate("string(.//*[local-name() = '$Name'])")
}

# Notes what did not pass in a .trx file.
function Add-TrxResult([xml] $Trx) {
    foreach ($result in $Trx.SelectNodes("//*[local-name() = 'UnitTestResult'][@outcome != 'Passed']")) {
        $outcome = if ($result.outcome -eq 'NotExecuted') { 'Skipped' } else { 'Failed' }
        $message = Get-ElementText $result Message
        Add-NotPassed $outcome $result.testName $(if ($message) { $message } else { Get-ElementText $result StdOut })
    }
}

# Notes what did not pass in a report of Pester.
function Add-PesterResult([xml] $Report) {
    foreach ($case in $Report.SelectNodes("//test-case[@result != 'Success'] | //test-suite[failure]")) {
        $outcome = if ($case.result -in 'Failure', 'Error') { 'Failed' } else { 'Skipped' }
        Add-NotPassed $outcome "Pester $($case.name)" (Get-ElementText $case message)
    }
}

Invoke-Task Build -Configuration $Configuration

$projects = [IO.Directory]::GetDirectories([IO.Path]::Combine($Root, 'tests')) |
    ForEach-Object { [IO.Path]::GetFileName($_) } |
    Where-Object { $_ -like '*.Tests' -and $_ -like $Project }
[Array]::Sort($projects, [StringComparer]::Ordinal)

$passed = 0
$failed = 0
$skipped = 0
foreach ($name in $projects) {
    Write-Step $name
    $log = [IO.Path]::Combine($results, "$name.trx")
    [IO.File]::Delete($log)
    $arguments = @('test', [IO.Path]::Combine($Root, 'tests', $name), '-c', $Configuration, '--no-build', '--nologo',
        '--logger', "trx;LogFileName=$log", '--logger', 'console;verbosity=minimal')
    if ($Filter) {
        $arguments += '--filter', $Filter
    }

    & dotnet @arguments
    $exitCode = $LASTEXITCODE
    $failedHere = 0
    if ([IO.File]::Exists($log)) {
        $trx = [xml] [IO.File]::ReadAllText($log)
        Add-TrxResult $trx
        $counters = $trx.TestRun.ResultSummary.Counters
        $failedHere = [int] $counters.failed + [int] $counters.error + [int] $counters.timeout + [int] $counters.aborted
        $passed += [int] $counters.passed
        $skipped += [int] $counters.total - [int] $counters.executed
    }

    # A run that broke off counts as a failure, even if no test did.
    if ($exitCode -ne 0 -and $failedHere -eq 0) {
        Add-NotPassed Failed $name "No test failed, yet dotnet test ended with exit code $exitCode."
        $failedHere = 1
    }

    $failed += $failedHere
}

if ($Project -eq '*' -and -not $Filter) {
    # The package of the sources in another folder is the same: one more test.
    try {
        Invoke-Task Package -Verify
        $passed++
    } catch {
        Write-Host "$_" -ForegroundColor Red
        Add-NotPassed Failed 'Package -Verify' "$_"
        $failed++
    }

    # pshost is no PowerShell that Pester runs in.
    if ($Host.Name -eq 'pshost') {
        $reason = 'There is no PowerShell here, nor can it be restored.'
        Write-Host "Pester skipped: $reason" -ForegroundColor DarkYellow
        Add-NotPassed Skipped Pester $reason
        $skipped++
    } else {
        $problem = $null
        try {
            Invoke-Task Pester
        } catch {
            $problem = $_
            Write-Host "$problem" -ForegroundColor Red
        }

        $failedHere = 0
        $report = [IO.Path]::Combine($results, 'Pester.xml')
        if ([IO.File]::Exists($report)) {
            $xml = [xml] [IO.File]::ReadAllText($report)
            Add-PesterResult $xml
            $counters = $xml.'test-results'
            $failedHere = [int] $counters.failures + [int] $counters.errors
            $skippedHere = [int] $counters.skipped + [int] $counters.ignored + [int] $counters.inconclusive
            $passed += [int] $counters.total - $failedHere - $skippedHere
            $skipped += $skippedHere
        }

        if ($problem -and $failedHere -eq 0) {
            Add-NotPassed Failed Pester "$problem"
            $failedHere = 1
        }

        $failed += $failedHere
    }
}

# Failures come last, where a log that was cut short still has them.
$lines = $notPassed.Skipped + $notPassed.Failed
[IO.File]::WriteAllLines($summary, [string[]] $lines)
if ($lines) {
    Write-Step 'What did not pass'
    $lines | ForEach-Object { Write-Host $_ }
}

Write-Host "$passed passed, $failed failed, $skipped skipped"
if ($failed) {
    exit 1
}
