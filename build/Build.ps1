<#
.SYNOPSIS
Builds the module into lib/ and the lifecycle's archive into out/lifecycle/.
.PARAMETER Configuration
Release or Debug.
#>
param([string] $Configuration = 'Release')

Write-Step "Building everything ($Configuration)"
Invoke-Program dotnet @('build', [IO.Path]::Combine($Root, 'Buildpacks.sln'), '-c', $Configuration, '-v', 'quiet', '-clp:NoSummary', '--nologo')
Write-Step 'Compiling the lifecycle ahead of time'
Invoke-Task Lifecycle
