@{
    RootModule             = 'lib/Buildpacks.PowerShell.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '5b7f3d52-6f1c-4a63-9d0e-8f2b6a1c9e47'
    Author                 = 'Buildpacks contributors'
    CompanyName            = 'Buildpacks contributors'
    Copyright              = '(c) Buildpacks contributors'
    Description            = 'Turns source code into container images with Cloud Native Buildpacks, on podman and on docker alike.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    TypesToProcess         = @('lib/Buildpacks.Types.ps1xml')
    FormatsToProcess       = @(
        'lib/Buildpacks.Engines.Format.ps1xml'
        'lib/Buildpacks.Images.Format.ps1xml'
        'lib/Buildpacks.Builds.Format.ps1xml'
        'lib/Buildpacks.Configuration.Format.ps1xml'
    )
    CmdletsToExport        = @(
        'Add-PackManifest'
        'Clear-PackCache'
        'ConvertFrom-PackCommand'
        'Copy-PackImage'
        'Export-PackLog'
        'Export-PackSbom'
        'Get-PackCache'
        'Get-PackConfig'
        'Get-PackEngine'
        'Get-PackImage'
        'Get-PackManifest'
        'Invoke-PackBuild'
        'New-PackBuilder'
        'New-PackManifest'
        'Publish-PackManifest'
        'Remove-PackImage'
        'Remove-PackManifest'
        'Set-PackConfig'
        'Set-PackEngine'
        'Set-PackManifest'
        'Test-PackEngine'
        'Test-PackProject'
        'Update-PackImage'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            ProjectUri   = 'https://www.powershellgallery.com/packages/Buildpacks'
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'First version: builds images on podman and docker, publishes, updates, copies and inspects them, makes builders and indexes of several platforms. CHANGELOG.md in the repository has the whole list.'
            Tags         = @('buildpacks', 'cnb', 'container', 'image', 'oci', 'podman', 'docker', 'Linux')
        }
    }
}
