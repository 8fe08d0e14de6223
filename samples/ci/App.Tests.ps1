#requires -Version 7.4
#requires -Modules Buildpacks, @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Builds an app's image and says what has to be true of it.
.PARAMETER Path
The app's folder.
.PARAMETER Image
The image's name.
.PARAMETER Builder
The builder.
.PARAMETER Network
The network of the build's container.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The blocks use them.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Other blocks use them.')]
[CmdletBinding()]
param(
    [string] $Path = $PSScriptRoot,
    [string] $Image = 'localhost/app',
    [string] $Builder = $env:APP_BUILDER,
    [string] $Network
)

Describe 'The image' {
    BeforeAll {
        $options = @{ ImageName = $Image; LiteralPath = $Path; Builder = $Builder }
        if ($Network) {
            $options.Network = $Network
        }

        $script:result = Invoke-PackBuild @options -ErrorAction Stop
    }

    It 'starts a web process by itself' {
        ($result.Processes | Where-Object Default).Type | Should -Be 'web'
    }

    It 'is not larger than it has to be' {
        ($result | Get-PackImage).Size | Should -BeLessThan 500MB
    }

    It 'is the same image when nothing has changed' {
        (Invoke-PackBuild @options).Unchanged | Should -BeTrue
    }

    It 'was built without a warning' {
        $result.Warnings | Should -BeNullOrEmpty
    }
}
