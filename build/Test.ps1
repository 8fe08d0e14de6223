<#
.SYNOPSIS
Builds, runs every test, and ends with "N passed, N failed, N skipped".
.PARAMETER Configuration
Release or Debug.
.PARAMETER Project
A test project, such as Buildpacks.Engines.Tests; all without it.
.PARAMETER Filter
Which tests, as dotnet test --filter has it.
#>
param([string] $Configuration = 'Release', [string] $Project = '*', [string] $Filter)

Invoke-Task Build -Configuration $Configuration

$results = [IO.Directory]::CreateDirectory([IO.Path]::Combine($Root, 'out', 'tests')).FullName
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
        $counters = ([xml] [IO.File]::ReadAllText($log)).TestRun.ResultSummary.Counters
        $failedHere = [int] $counters.failed + [int] $counters.error + [int] $counters.timeout + [int] $counters.aborted
        $passed += [int] $counters.passed
        $skipped += [int] $counters.total - [int] $counters.executed
    }

    # A run that broke off counts as a failure, even if no test did.
    $failed += if ($exitCode -ne 0) { [Math]::Max($failedHere, 1) } else { $failedHere }
}

if ($Project -eq '*' -and -not $Filter) {
    # The package of the sources in another folder is the same: one more test.
    try {
        Invoke-Task Package -Verify
        $passed++
    } catch {
        Write-Host "$_" -ForegroundColor Red
        $failed++
    }

    # pshost is no PowerShell that Pester runs in.
    if ($Host.Name -eq 'pshost') {
        Write-Host 'Pester skipped: there is no PowerShell here, nor can it be restored.' -ForegroundColor DarkYellow
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
            $counters = ([xml] [IO.File]::ReadAllText($report)).'test-results'
            $failedHere = [int] $counters.failures + [int] $counters.errors
            $skippedHere = [int] $counters.skipped + [int] $counters.ignored + [int] $counters.inconclusive
            $passed += [int] $counters.total - $failedHere - $skippedHere
            $skipped += $skippedHere
        }

        $failed += if ($problem) { [Math]::Max($failedHere, 1) } else { $failedHere }
    }
}

Write-Host "$passed passed, $failed failed, $skipped skipped"
if ($failed) {
    exit 1
}
