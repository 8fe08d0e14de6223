#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
The module as it is installed: its import, its commands, its help. Needs no engine.
.PARAMETER Module
The module's name or manifest; the checkout's without it.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The blocks use them.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Other blocks use them.')]
[CmdletBinding()]
param([string] $Module = (Join-Path $PSScriptRoot '..' 'Buildpacks.psd1'))

BeforeDiscovery {
    Import-Module $Module
    $folder = (Get-Module Buildpacks).ModuleBase
    $manifest = Import-PowerShellDataFile (Join-Path $folder 'Buildpacks.psd1')
    $commands = $manifest.CmdletsToExport | ForEach-Object { @{ Name = $_ } }
    $topics = Get-ChildItem -Path (Join-Path $folder 'en-US') -Filter 'about_*.help.txt' | ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$' } }
    $sums = Join-Path $folder 'SHA256SUMS'
    $files = if (Test-Path $sums) {
        Get-Content $sums | ForEach-Object { $sum, $path = $_ -split '  ', 2; @{ Path = $path; Sum = $sum; Folder = $folder } }
    }
}

Describe 'The module' {
    BeforeAll {
        Import-Module $Module
        $script:imported = Get-Module Buildpacks
    }

    It 'has a manifest without fault' {
        $found = Test-ModuleManifest (Join-Path $imported.ModuleBase 'Buildpacks.psd1')

        $found.Version | Should -Be $imported.Version
    }

    It 'exports the cmdlets that its manifest names, and nothing else' -ForEach @{ Names = $commands.Name } {
        $imported.ExportedCommands.Keys | Sort-Object | Should -Be ($Names | Sort-Object)
    }

    It 'lets scripts name its objects' {
        [Buildpacks.PackImage].Assembly.GetName().Name | Should -Be 'Buildpacks.Contracts'
        [Buildpacks.PackEngineKind]::Podman | Should -Be 'Podman'
    }

    It 'can be removed and imported again' {
        Remove-Module Buildpacks
        Get-Module Buildpacks | Should -BeNullOrEmpty

        Import-Module $Module
        (Get-Module Buildpacks).ExportedCommands.Count | Should -Be $imported.ExportedCommands.Count
    }

    It 'keeps what it depends on out of the session''s own load context' {
        $null = Get-PackEngine -ListAvailable
        $core = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Buildpacks' }

        [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($core).Name | Should -Be 'Buildpacks'
    }

    if ($files) {
        It 'has <Path> as it was packed' -ForEach $files {
            (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path $Folder $Path)).Hash | Should -Be $Sum
        }
    }
}

Describe 'Tab without an engine' {
    BeforeAll {
        Import-Module $Module
        $null = New-Item -ItemType File -Path (Join-Path $TestDrive 'named-file')
        Push-Location $TestDrive
        Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock
    }

    AfterAll {
        Pop-Location
        Remove-Module Buildpacks
        Import-Module $Module
    }

    It 'offers no file where a name is wanted: <_>' -ForEach 'Invoke-PackBuild named', 'Invoke-PackBuild app -Builder named', 'Get-PackImage named', 'Remove-PackImage -Name ' {
        @((TabExpansion2 $_).CompletionMatches.CompletionText) -match 'named-file' | Should -BeNullOrEmpty
    }

    It 'offers files where a path is wanted' {
        (TabExpansion2 'Invoke-PackBuild app -Path named').CompletionMatches.CompletionText | Should -Be (Join-Path '.' 'named-file')
    }
}

Describe '<Name>' -ForEach $commands {
    BeforeAll {
        Import-Module $Module
        $script:command = Get-Command $Name -Module Buildpacks
        $script:help = Get-Help $Name -Full
    }

    It 'has an approved verb and a noun of the module' {
        (Get-Verb).Verb | Should -Contain $command.Verb
        $command.Noun | Should -BeLike 'Pack*'
    }

    It 'says what it gives' {
        $command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'has help with a synopsis, a description and three examples' {
        $help.Synopsis | Should -Not -BeLike "$Name*"
        $help.description.Text | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
    }

    It 'describes every parameter' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        $described = $help.parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object name

        $command.Parameters.Keys | Where-Object { $_ -notin $common } | Should -BeIn $described
    }
}

Describe '<Topic>' -ForEach $topics {
    It 'is shown by Get-Help' {
        Import-Module $Module

        Get-Help $Topic | Out-String | Should -Match $Topic
    }
}
