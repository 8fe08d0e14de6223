<#
.SYNOPSIS
Builds, runs every test, and ends with what did not pass and why, and "N passed, N failed, N skipped".
.PARAMETER Configuration
Release or Debug.
.PARAMETER Project
A test project, such as Buildpacks.Engines.Tests; all without it.
.PARAMETER Filter
Which tests, as dotnet test --filter has it.
.PARAMETER All
Runs the tests of the category Long, too: load, faults of engines, the examples of the help pages, and what repeats on another engine what one
has shown and the engines' contract holds. They take as long as all others.
.PARAMETER AtOnce
How many test projects run at the same time: two, unless the machine has one processor.
#>
param(
    [string] $Configuration = 'Release', [string] $Project = '*', [string] $Filter, [switch] $All,
    [int] $AtOnce = [Math]::Min(2, [Environment]::ProcessorCount))

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

# Every test with the time that it took, for the list of the slowest.
$durations = [Collections.Generic.List[object]]::new()

# Notes in a .trx file how long each test took, and what did not pass.
function Add-TrxResult([xml] $Trx) {
    foreach ($result in $Trx.SelectNodes("//*[local-name() = 'UnitTestResult'][@duration]")) {
        $durations.Add(@([TimeSpan] $result.duration, $result.testName))
    }

    foreach ($result in $Trx.SelectNodes("//*[local-name() = 'UnitTestResult'][@outcome != 'Passed']")) {
        $outcome = if ($result.outcome -eq 'NotExecuted') { 'Skipped' } else { 'Failed' }
        $message = Get-ElementText $result Message
        Add-NotPassed $outcome $result.testName $(if ($message) { $message } else { Get-ElementText $result StdOut })
    }
}

# Notes in a report of Pester how long each test took, and what did not pass.
function Add-PesterResult([xml] $Report) {
    foreach ($case in $Report.SelectNodes('//test-case[@time]')) {
        $durations.Add(@([TimeSpan]::FromSeconds([double] $case.time), "Pester $($case.name)"))
    }

    foreach ($case in $Report.SelectNodes("//test-case[@result != 'Success'] | //test-suite[failure]")) {
        $outcome = if ($case.result -in 'Failure', 'Error') { 'Failed' } else { 'Skipped' }
        Add-NotPassed $outcome "Pester $($case.name)" (Get-ElementText $case message)
    }
}

Invoke-Task Build -Configuration $Configuration

# Most code of a test runs once: it is not compiled a second time because it was called often.
$env:DOTNET_TC_CallCounting = '0'

# Short processes gain nothing from memory that is never writable and executable at once, nor from collecting garbage beside their work.
$env:DOTNET_EnableWriteXorExecute = '0'
$env:DOTNET_gcConcurrent = '0'

# podman and dockerd start thousands of times. Each would collect garbage while it starts.
if (-not $env:GOGC) {
    $env:GOGC = 'off'
    $env:GOMEMLIMIT = '256MiB'
}

# Temporary files are in memory while tests run: stores of engines are made and removed hundreds of times. A mount namespace of each project's own holds them, so that none stays. They need less
# than 1 GB together. podman has some files in /var/tmp, whatever TMPDIR says.
$inMemory = 'unshare', '--mount', '--propagation', 'slave', 'sh', '-ec', (
    'mount -t tmpfs -o mode=1777 tmpfs "$TMPDIR"; case $PWD/ in /var/tmp/*) ;; *) mount -t tmpfs -o mode=1777 tmpfs /var/tmp ;; esac; exec "$@"'), 'sh'

# What a command begins with whose temporary files are in memory; nothing when this machine lacks the memory, or this user the right to mount. Sets TMPDIR.
function Get-MemoryPrefix {
    if ($env:TMPDIR -or -not [IO.File]::Exists('/proc/meminfo') -or -not (Get-Command unshare -CommandType Application -ErrorAction Ignore)) {
        return
    }

    $available = [IO.File]::ReadAllLines('/proc/meminfo') | Where-Object { $_.StartsWith('MemAvailable:') }
    if (1KB * [long] ($available -replace '\D') -lt 6GB) {
        return
    }

    # A longer path would be too long for what podman appends.
    $env:TMPDIR = & mktemp -d /tmp/XXXX
    & $inMemory[0] $inMemory[1..($inMemory.Length - 1)] true *> $null
    if ($LASTEXITCODE) {
        Remove-MemoryFolder
    } else {
        $inMemory
    }
}

# Removes the folder in which the mounts were, and TMPDIR with it: the session goes on after the tests.
function Remove-MemoryFolder {
    [IO.Directory]::Delete($env:TMPDIR)
    $env:TMPDIR = $null
}

$prefix = @(Get-MemoryPrefix)

$projects = [IO.Directory]::GetDirectories([IO.Path]::Combine($Root, 'tests')) |
    ForEach-Object { [IO.Path]::GetFileName($_) } |
    Where-Object { $_ -like '*.Tests' -and $_ -like $Project }
[Array]::Sort($projects, [StringComparer]::Ordinal)

# The longest first, so that none of them runs alone at the end. Those of stores wait for registries more than they work. With all of them comes the package: one more test, and with -All the
# package of the sources in another folder has to be the same. Pester tests the package, takes long, and begins right after it.
$longest = 'Buildpacks.Builds.Tests', 'Buildpacks.PowerShell.Tests', 'Buildpacks.Stores.Tests', 'Buildpacks.Engines.Tests'
$isWhole = $Project -eq '*' -and -not $Filter
$waiting = [Collections.Generic.List[string]]::new([string[]] (
        @(if ($isWhole) { 'Package' }) +
        @($longest | Where-Object { $projects -contains $_ }) +
        @($projects | Where-Object { $longest -notcontains $_ })))

# Package and Pester take the solution as it was built above, which is in Release.
$script = [IO.Path]::Combine($Root, 'build.sh')
$prepared = @(if ($Configuration -eq 'Release') { '-Prepared' })

# The program and the arguments of a run: a test project, or a task of this repository.
function Get-CommandLine([string] $Name, [string] $Log) {
    switch ($Name) {
        'Package' { return @($script, 'Package') + $prepared + @(if ($All) { '-Verify' }) }
        'Pester' { return $prefix + $script + 'Pester' + $prepared }
    }

    $line = $prefix + @('dotnet', 'test', [IO.Path]::Combine($Root, 'tests', $Name), '-c', $Configuration, '--no-build', '--nologo',
        '--logger', "trx;LogFileName=$Log", '--logger', 'console;verbosity=minimal')
    if ($Filter) {
        $line += '--filter', $Filter
    } elseif (-not $All) {
        $line += '--filter', 'Category!=Long'
    }

    $line
}

# Reads the report of a run: how many tests there were, failed and did not run. Nothing when there is no report.
function Read-Report([string] $Name, [string] $Log) {
    if ([IO.File]::Exists($Log)) {
        $report = [xml] [IO.File]::ReadAllText($Log)
        if ($Name -eq 'Pester') {
            Add-PesterResult $report
            $counters = $report.'test-results'
            $total = [int] $counters.total
            @{
                Total = $total; Failed = [int] $counters.failures + [int] $counters.errors
                Skipped = [int] $counters.skipped + [int] $counters.ignored + [int] $counters.inconclusive
            }
        } else {
            Add-TrxResult $report
            $counters = $report.TestRun.ResultSummary.Counters
            @{
                Total = [int] $counters.total; Skipped = [int] $counters.total - [int] $counters.executed
                Failed = [int] $counters.failed + [int] $counters.error + [int] $counters.timeout + [int] $counters.aborted
            }
        }
    }
}

$passed = 0
$failed = 0
$skipped = 0
$running = @()
while ($waiting.Count -or $running) {
    while ($waiting.Count -and $running.Length -lt [Math]::Max(1, $AtOnce)) {
        $name = $waiting[0]
        $waiting.RemoveAt(0)
        Write-Step "$name begins"
        $log = [IO.Path]::Combine($results, $(if ($name -eq 'Pester') { 'Pester.xml' } else { "$name.trx" }))
        [IO.File]::Delete($log)
        $line = Get-CommandLine $name $log
        $start = [Diagnostics.ProcessStartInfo]::new($line[0])
        $line[1..($line.Length - 1)] | ForEach-Object { $start.ArgumentList.Add($_) }
        $running += @{ Name = $name; Log = $log; Process = [Diagnostics.Process]::Start($start); Began = [DateTime]::UtcNow }
    }

    [Threading.Thread]::Sleep(100)
    foreach ($run in @($running | Where-Object { $_.Process.HasExited })) {
        $running = @($running | Where-Object { $_.Name -ne $run.Name })
        Write-Step ('{0} took {1:0} s' -f $run.Name, ([DateTime]::UtcNow - $run.Began).TotalSeconds)
        $exitCode = $run.Process.ExitCode
        $failedHere = 0
        $counts = Read-Report $run.Name $run.Log
        if ($counts) {
            $failedHere = $counts.Failed
            $passed += $counts.Total - $counts.Failed - $counts.Skipped
            $skipped += $counts.Skipped
        }

        # A run that broke off counts as a failure, even if no test did.
        if ($exitCode -ne 0 -and $failedHere -eq 0) {
            Add-NotPassed Failed $run.Name "No test failed, yet it ended with exit code $exitCode."
            $failedHere = 1
        } elseif ($run.Name -eq 'Package') {
            $passed++
        }

        $failed += $failedHere
        if ($run.Name -eq 'Package') {
            # pshost is no PowerShell that Pester runs in.
            if ($Host.Name -eq 'pshost') {
                $reason = 'There is no PowerShell here, nor can it be restored.'
                Write-Host "Pester skipped: $reason" -ForegroundColor DarkYellow
                Add-NotPassed Skipped Pester $reason
                $skipped++
            } else {
                # It tests the package, so it begins when that is there.
                $waiting.Insert(0, 'Pester')
            }
        }
    }
}

if ($prefix) {
    Remove-MemoryFolder
}

Write-Step 'The twenty slowest tests'
# The longest first; there is no Sort-Object in pshost.
$durations.Sort([Comparison[object]] { param($one, $other) ([TimeSpan] $other[0]).CompareTo([TimeSpan] $one[0]) })
for ($i = 0; $i -lt [Math]::Min(20, $durations.Count); $i++) {
    Write-Host ('{0,7:0.0} s  {1}' -f $durations[$i][0].TotalSeconds, $durations[$i][1])
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
