<#
.SYNOPSIS
Compiles the lifecycle ahead of time into out/lifecycle/lifecycle-VERSION.tgz, which builders take.
#>
Invoke-Quietly dotnet @('msbuild', [IO.Path]::Combine($Root, 'src', 'Buildpacks.Lifecycle'), '-t:LifecycleArchive', '-nologo')
