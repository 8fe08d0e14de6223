<#
.SYNOPSIS
Makes out/package: the module's folder and .nupkg as the PowerShell gallery takes them.
.PARAMETER Prepared
The solution was just built: the module is packed as it is.
.PARAMETER Verify
Builds and packs the sources in another folder too, and fails when that gives other bytes.
#>
[CmdletBinding(PositionalBinding = $false)]
param([switch] $Prepared, [switch] $Verify)

$packer = [IO.Path]::Combine($Root, 'src', 'Buildpacks.Packaging')

# Builds the module of a checkout.
function Build-Module([string] $Repository, [string[]] $Options) {
    Invoke-Quietly dotnet (@('build', "$Repository/src/Buildpacks.PowerShell", '-c', 'Release', '--nologo') + $Options)
}

# Packs the module of a checkout.
function Invoke-Packer([string] $Repository, [string] $Target) {
    Invoke-Program dotnet @("$packer/bin/Release/net10.0/packer.dll", $Repository, $Target)
}

# Copies what the package is made of, and nothing that a build made of it.
function Copy-Source([string] $Target) {
    $files = [IO.Directory]::GetFiles($Root) + ('src', 'en-US' | ForEach-Object {
            [IO.Directory]::GetFiles([IO.Path]::Combine($Root, $_), '*', [IO.SearchOption]::AllDirectories)
        })
    foreach ($file in $files) {
        $path = [IO.Path]::GetRelativePath($Root, $file)
        if ($path -notmatch '[\\/](bin|obj)[\\/]') {
            $copy = [IO.Path]::Combine($Target, $path)
            $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($copy))
            [IO.File]::Copy($file, $copy)
        }
    }
}

Write-Step 'Packing the module'
if (-not $Prepared) {
    Invoke-Quietly dotnet @('build', $packer, '-c', 'Release', '--nologo')
    Build-Module $Root
}

Invoke-Packer $Root "$Root/out/package"

if ($Verify) {
    Write-Step 'Building and packing it in another folder'
    $other = [IO.Directory]::CreateTempSubdirectory('buildpacks-package-').FullName
    try {
        Copy-Source "$other/sources"

        # The analyzers have seen these sources, and change no byte.
        Build-Module "$other/sources" '-p:RunAnalyzers=false'
        Invoke-Packer "$other/sources" "$other/package"
        $sums = "$Root/out", $other | ForEach-Object { [IO.File]::ReadAllText("$_/package/SHA256SUMS") }
        if ($sums[0] -ne $sums[1]) {
            throw "The same sources gave other bytes in another folder: $($sums -join '')"
        }
    } finally {
        [IO.Directory]::Delete($other, $true)
    }

    Write-Host "The same bytes: $($sums[0])"
}
