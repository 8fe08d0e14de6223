<#
.SYNOPSIS
Cancels, kills and crowds builds on every engine, many times, and prints what was left: the figures of docs/reliability.md.
.PARAMETER Cancelled
How many builds are cancelled on each engine.
.PARAMETER Killed
How many builds are killed on each engine.
.PARAMETER Pruned
How many builds run on each engine while it is tidied up without a pause.
.PARAMETER AtOnce
How many builds of one name run at once.
.PARAMETER Published
How many builds publish at once.
.PARAMETER CancelledPublishes
How many publishes are cancelled on each engine.
.PARAMETER Seed
What the moments are drawn from.
.PARAMETER Engine
Podman, RootlessPodman or Docker; all without it.
.PARAMETER Write
Puts the figures into docs/reliability.md.
#>
[CmdletBinding(PositionalBinding = $false)]
param([int] $Cancelled = 200, [int] $Killed = 50, [int] $Pruned = 20, [int] $AtOnce = 8, [int] $Published = 20, [int] $CancelledPublishes = 100, [int] $Seed = 7, [string] $Engine, [switch] $Write)

Invoke-Task Build
$report = [IO.Path]::Combine($Root, 'out', 'tests', 'load.md')
$null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($report))
[IO.File]::Delete($report)
$env:BUILDPACKS_LOAD_CANCELLED = $Cancelled
$env:BUILDPACKS_LOAD_KILLED = $Killed
$env:BUILDPACKS_LOAD_PRUNED = $Pruned
$env:BUILDPACKS_LOAD_AT_ONCE = $AtOnce
$env:BUILDPACKS_LOAD_PUBLISHED = $Published
$env:BUILDPACKS_LOAD_CANCELLED_PUBLISHES = $CancelledPublishes
$env:BUILDPACKS_LOAD_SEED = $Seed
$env:BUILDPACKS_LOAD_REPORT = $report

# One engine after the other: what is measured is not to be each other.
$engines = if ($Engine) { @($Engine) } else { @('Podman', 'RootlessPodman', 'Docker') }
$failed = 0
foreach ($name in $engines) {
    Write-Step "$name, seed $Seed"
    & dotnet test ([IO.Path]::Combine($Root, 'tests', 'Buildpacks.Builds.Tests')) -c Release --no-build --nologo --logger 'console;verbosity=normal' `
        --filter "FullyQualifiedName~.${name}LoadTests|FullyQualifiedName~.${name}PublishLoadTests|FullyQualifiedName~.${name}FaultTests"
    $failed += [int] ($LASTEXITCODE -ne 0)
}

$lines = @('| engine | what | what came of it | clean-up: median, longest |', '| --- | --- | --- | --- |')
if ([IO.File]::Exists($report)) {
    $lines += [IO.File]::ReadAllLines($report)
}

$lines | ForEach-Object { Write-Host $_ }
if ($Write -and -not $failed) {
    $page = [IO.Path]::Combine($Root, 'docs', 'reliability.md')
    $text = [IO.File]::ReadAllText($page)
    $begin = "<!-- begin figures -->`n"
    $start = $text.IndexOf($begin, [StringComparison]::Ordinal) + $begin.Length
    $stop = $text.IndexOf('<!-- end figures -->', [StringComparison]::Ordinal)
    $settings = "Seed $Seed, $([Environment]::ProcessorCount) processors, $([DateTime]::UtcNow.ToString('yyyy-MM-dd'))."
    [IO.File]::WriteAllText($page, $text.Substring(0, $start) + ($lines -join "`n") + "`n`n$settings`n" + $text.Substring($stop))
}

if ($failed) {
    exit 1
}
