<#
.SYNOPSIS
Fuzzes every parser for longer than the tests do. What is found is printed with its seed and input.
.PARAMETER Seconds
How long for each parser.
.PARAMETER Seed
Where to begin; another one each time without it.
.PARAMETER Filter
Which parsers, as dotnet test --filter has it: FullyQualifiedName~Toml.
#>
param([int] $Seconds = 30, [int] $Seed = -1, [string] $Filter)

if ($Seed -lt 0) {
    $Seed = [Random]::Shared.Next(1000000)
}

Write-Step "Fuzzing for $Seconds seconds a parser from seed $Seed"
$env:BUILDPACKS_FUZZ_SECONDS = "$Seconds"
$env:BUILDPACKS_FUZZ_SEED = "$Seed"
$wanted = if ($Filter) { "FullyQualifiedName~Fuzzing&$Filter" } else { 'FullyQualifiedName~Fuzzing' }
try {
    foreach ($project in 'Buildpacks.Tests', 'Buildpacks.Stores.Tests', 'Buildpacks.Engines.Tests') {
        Invoke-Program dotnet @('test', [IO.Path]::Combine($Root, 'tests', $project), '-c', 'Release', '--nologo', '--filter', $wanted)
    }
} finally {
    $env:BUILDPACKS_FUZZ_SECONDS = $null
    $env:BUILDPACKS_FUZZ_SEED = $null
}
