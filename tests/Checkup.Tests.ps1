#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Test-PackEngine on the engines of this machine, whether they are well or not, and on one that is not there. What it tries, it removes.
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
    $engines = Get-TestEngine
}

BeforeAll {
    Import-Module $Module
}

Describe 'An engine that is not there' {
    BeforeAll {
        $script:nowhere = @{ Engine = 'Docker'; EngineEndpoint = 'unix:///nowhere/docker.sock' }
        $script:checks = Test-PackEngine @nowhere -ErrorVariable problem
        $script:errors = $problem
    }

    It 'fails the check that asks it, which says what to do' {
        $failed = $checks | Where-Object Result -EQ 'Failed'

        $failed.Name | Should -Be 'EngineAnswers'
        $failed.Evidence | Should -Match 'unix:///nowhere/docker.sock'
        $failed.Remedy | Should -Not -BeNullOrEmpty
        $errors | Should -BeNullOrEmpty
    }

    It 'has the checks skipped that need it' {
        foreach ($check in $checks | Where-Object Name -In 'ImageLoad', 'Volume', 'Network') {
            $check.Result | Should -Be 'Skipped'
            $check.Evidence | Should -Be 'EngineAnswers failed.'
        }
    }

    It 'is told by -Quiet in one word' {
        Test-PackEngine @nowhere -Quiet | Should -BeFalse
    }
}

Describe '<Title>' -ForEach $engines {
    BeforeAll {
        $script:checks = Test-PackEngine -Engine $Engine
    }

    It 'is checked, one thing after the other' -Skip:([bool] $Reason) {
        $checks[0] | Should -BeOfType Buildpacks.PackEngineCheck
        $checks.Name | Should -Be @(
            'EngineFound', 'EngineAnswers', 'Version', 'RootlessIds', 'Storage', 'ImageLoad', 'ContainerStart', 'Ulimits', 'Cgroups', 'SparseImport',
            'Volume', 'Network', 'DiskSpace', 'TempSpace', 'RegistryLogin')
        $checks.Engine | Sort-Object -Unique | Should -Be $Engine
        $checks[0..1].Result | Should -Be 'Passed', 'Passed'
    }

    It 'gets a remedy for what is not well, and a reason for everything' -Skip:([bool] $Reason) {
        $checks.Evidence | Should -Not -BeNullOrEmpty
        foreach ($check in $checks) {
            [bool] $check.Remedy | Should -Be ($check.Result -in 'Failed', 'Warning') -Because "$check"
        }
    }

    It 'is told by -Quiet in one word' -Skip:([bool] $Reason) {
        Test-PackEngine -Engine $Engine -Quiet | Should -Be ($checks.Result -notcontains 'Failed')
    }

    It 'comes from the list by the pipeline' -Skip:([bool] $Reason) {
        $answers = Get-PackEngine -ListAvailable -Engine $Engine | Where-Object Available | Select-Object -First 1 | Test-PackEngine | Select-Object -First 2

        $answers.Name | Should -Be 'EngineFound', 'EngineAnswers'
        $answers.Engine | Sort-Object -Unique | Should -Be $Engine
    }

    It 'keeps nothing of what was tried' -Skip:([bool] $Reason) {
        (Get-PackImage -All -Engine $Engine).Tags | Should -Not -Match '^localhost/buildpacks/check:'
        & $Command ps --all --quiet --filter label=io.buildpacks.powershell.session | Should -BeNullOrEmpty
        & $Command volume ls --quiet | Where-Object { $_ -like 'buildpacks-check-*' } | Should -BeNullOrEmpty
    }
}
