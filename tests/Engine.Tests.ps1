#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
The container engines of this machine, and how a session chooses one. Makes nothing in them.
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

AfterAll {
    Set-PackEngine -Automatic
}

Describe 'A session without an engine' {
    It 'lists an engine that does not answer with the reason' {
        $engine = Get-PackEngine -ListAvailable -Engine Docker -EngineEndpoint unix:///nowhere/docker.sock

        $engine.Available | Should -BeFalse
        $engine.Reason | Should -Match 'unix:///nowhere/docker.sock'
    }

    It 'is told why, and what to do, when its choice does not answer' {
        Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock
        try {
            $failure = { Get-PackEngine } | Should -Throw -ErrorId 'DockerUnreachable,*' -PassThru
        } finally {
            Set-PackEngine -Automatic
        }

        $failure.Exception.Message | Should -Match 'unix:///nowhere/docker.sock'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'offers the engines by Tab' {
        (TabExpansion2 'Set-PackEngine -Engine ').CompletionMatches.CompletionText | Should -Be 'Docker', 'Podman'
    }

    It 'keeps a choice for sessions to come, unless -WhatIf only asks' {
        $before = $env:PACK_HOME
        $env:PACK_HOME = Join-Path $TestDrive 'pack'
        try {
            Set-PackEngine Podman -Persist -WhatIf
            Join-Path $env:PACK_HOME 'config.toml' | Should -Not -Exist

            Set-PackEngine Podman -Persist
            Join-Path $env:PACK_HOME 'config.toml' | Should -FileContentMatch 'podman'
        } finally {
            $env:PACK_HOME = $before
            Set-PackEngine -Automatic
        }
    }
}

Describe '<Title>' -ForEach $engines {
    AfterEach {
        Set-PackEngine -Automatic
    }

    It 'answers with its version and platform' -Skip:([bool] $Reason) {
        $answer = Get-PackEngine -Engine $Engine -Detailed

        $answer.Engine | Should -Be $Engine
        $answer.Available | Should -BeTrue
        $answer.Version | Should -Not -BeNullOrEmpty
        $answer.Platform | Should -Match '^\w+/\w+'
        $answer.StorageDriver | Should -Not -BeNullOrEmpty
    }

    It 'is what the session uses when it was told so' -Skip:([bool] $Reason) {
        (Set-PackEngine $Engine -PassThru).Engine | Should -Be $Engine
        (Get-PackEngine).Engine | Should -Be $Engine
        (Get-PackEngine -ListAvailable | Where-Object Selected).Engine | Should -Be $Engine
    }

    It 'can be chosen from the list by the pipeline' -Skip:([bool] $Reason) {
        Get-PackEngine -ListAvailable | Where-Object { $_.Engine -eq $Engine -and $_.Available } | Select-Object -First 1 | Set-PackEngine

        (Get-PackEngine).Engine | Should -Be $Engine
    }

    It 'is the choice of one runspace alone' -Skip:([bool] $Reason) {
        Set-PackEngine $Engine
        $path = Join-Path (Get-Module Buildpacks).ModuleBase 'Buildpacks.psd1'

        1 | ForEach-Object -Parallel {
            Import-Module $using:path
            Set-PackEngine Docker -EngineEndpoint unix:///nowhere/docker.sock
        }

        (Get-PackEngine).Engine | Should -Be $Engine
    }

    It 'names an image that it does not hold' -Skip:([bool] $Reason) {
        Get-PackImage localhost/buildpacks-tests/none -Engine $Engine -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

        $problem.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
        $problem.TargetObject | Should -Be 'localhost/buildpacks-tests/none'
        Get-PackImage localhost/buildpacks-tests/none* -Engine $Engine -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'makes no builder without a builder.toml' -Skip:([bool] $Reason) {
        New-PackBuilder localhost/buildpacks-tests/none -Config (Join-Path $TestDrive 'none.toml') -Engine $Engine -ErrorVariable problem -ErrorAction SilentlyContinue

        $problem.FullyQualifiedErrorId | Should -BeLike 'BuilderTomlNotFound,*'
        $problem.Exception.Message | Should -Match 'none.toml'
    }
}
