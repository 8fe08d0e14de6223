#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Export-PackLog, with builds on the engines of this machine. They use the sample builder: the one that is there, or one that is made for the
tests and removed with all they built.
.PARAMETER Module
The module's name or manifest; the checkout's without it.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The blocks use them.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Other blocks use them.')]
[CmdletBinding()]
param([string] $Module = (Join-Path $PSScriptRoot '..' 'Buildpacks.psd1'))

BeforeDiscovery {
    Import-Module $Module
    Import-Module (Join-Path $PSScriptRoot 'Pester' 'TestMachine.psm1')
    $engines = Get-TestEngine -WithBuilder
}

Describe '<Title>' -ForEach $engines {
    BeforeAll {
        Import-Module $Module
        Import-Module (Join-Path $PSScriptRoot 'Pester' 'TestMachine.psm1')
        $path = Join-Path $TestDrive 'builds.json'
        $prefix = 'localhost/buildpacks-tests/log'
        $apps = Join-Path $PSScriptRoot '..' 'samples' 'apps'
        $options = @{ Builder = 'localhost/samples/builder'; Network = 'none'; Env = @{ SECRET = 'open-sesame' }; InformationAction = 'Ignore' }
        Enter-TestEngine $Engine $TestDrive
        $builds = @(
            Invoke-PackBuild $prefix/site -Path $apps/static-site @options
            try { Invoke-PackBuild $prefix/broken -Path $apps/broken-web @options -ErrorAction Stop } catch { $_ }
        )
        $builds | Export-PackLog $path
        $script:text = Get-Content $path -Raw
        $script:log = $text | ConvertFrom-Json
    }

    AfterAll {
        Exit-TestEngine $Engine
    }

    It 'has a build and one that failed in one file' -Skip:([bool] $Reason) {
        $log.builds.outcome | Should -Be 'Built', 'Failed'
        $log.builds.engine.kind | Sort-Object -Unique | Should -Be $Engine
        $log.builds[1].error.id | Should -Be 'BuildpackFailed'
    }

    It 'has the output, the steps and the calls of each' -Skip:([bool] $Reason) {
        foreach ($build in $log.builds) {
            $build.output.text | Should -Contain '===> BUILDING'
            $build.phases | Should -Not -BeNullOrEmpty
            $build.engineCalls | Should -Not -BeNullOrEmpty
        }
    }

    It 'says what it was made with' -Skip:([bool] $Reason) {
        $log.versions.module | Should -Be (Get-Module Buildpacks).Version
        $log.versions.powerShell | Should -Be $PSVersionTable.PSVersion
        $log.builds.engine.version | Should -Not -BeNullOrEmpty
    }

    It 'hides the values of the environment' -Skip:([bool] $Reason) {
        $text | Should -Not -Match 'open-sesame'
    }
}

Describe 'What needs no build' {
    BeforeAll {
        Import-Module $Module
        $script:path = Join-Path $TestDrive 'error.json'
        $script:failure = try { Get-PackEngine -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock -ErrorAction Stop } catch { $_ }
    }

    It 'writes an error that came before a build, and shows the file with -PassThru' {
        $file = $failure | Export-PackLog $path -PassThru

        $file.FullName | Should -Be $path
        (Get-Content $path -Raw | ConvertFrom-Json).builds[0].error.id | Should -Be 'DockerUnreachable'
    }

    It 'keeps a file that is there when it is told so' {
        Set-Content $path 'mine'

        { $failure | Export-PackLog $path -NoClobber } | Should -Throw -ErrorId 'LogFileExists,*'

        Get-Content $path | Should -Be 'mine'
    }

    It 'writes nothing with -WhatIf' {
        $failure | Export-PackLog (Join-Path $TestDrive 'whatif.json') -WhatIf

        Join-Path $TestDrive 'whatif.json' | Should -Not -Exist
    }

    It 'names what is no build, and writes the others' {
        'text', $failure | Export-PackLog $path -ErrorVariable problem -ErrorAction SilentlyContinue

        $problem.FullyQualifiedErrorId | Should -BeLike 'NotABuild,*'
        $problem.TargetObject | Should -Be 'text'
        (Get-Content $path -Raw | ConvertFrom-Json).builds.Count | Should -Be 1
    }
}
