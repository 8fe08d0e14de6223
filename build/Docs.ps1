<#
.SYNOPSIS
Writes en-US/, the help that PowerShell shows, from docs/.
#>
Write-Step 'Writing the help files'
Invoke-Program dotnet @('run', '--project', [IO.Path]::Combine($Root, 'src', 'Buildpacks.Help'), '--', [IO.Path]::Combine($Root, 'docs'), [IO.Path]::Combine($Root, 'en-US'))
