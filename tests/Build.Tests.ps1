#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Builds of the sample apps on the engines of this machine, with the sample builder: the one that is there, or one that is made for the
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
        $script:apps = Join-Path $PSScriptRoot '..' 'samples' 'apps'
        $script:prefix = 'localhost/buildpacks-tests'
        Enter-TestEngine $Engine $TestDrive
        $PSDefaultParameterValues = @{ 'Invoke-PackBuild:Builder' = 'localhost/samples/builder'; 'Invoke-PackBuild:Network' = 'none' }
    }

    AfterAll {
        Exit-TestEngine $Engine
    }

    It 'builds an app into an image, and says what it did' -Skip:([bool] $Reason) {
        $result = Invoke-PackBuild $prefix/web -Path $apps/shell-web -InformationVariable lines 6>$null

        $result | Should -BeOfType Buildpacks.BuildResult
        $result.ImageName | Should -Be "${prefix}/web:latest"
        $result.Engine | Should -Be $Engine
        $result.Buildpacks.Id | Should -Contain 'samples/shell-web'
        $result.LayersAdded | Should -BeGreaterThan 0
        $result.EngineCalls | Should -Not -BeNullOrEmpty
        $lines | Where-Object Tags -Contains 'PackLifecycle' | ForEach-Object MessageData | Out-String | Should -Match 'BUILDING'
    }

    It 'gives JSON and CSV with its values, complete at the default depth' -Skip:([bool] $Reason) {
        $result = Invoke-PackBuild $prefix/web -Path $apps/shell-web -Tag $prefix/web:v1 6>$null

        $json = $result | ConvertTo-Json -EnumsAsStrings -WarningVariable truncated -WarningAction SilentlyContinue
        $truncated | Should -BeNullOrEmpty
        $read = $json | ConvertFrom-Json
        $read.Engine | Should -Be "$Engine"
        $read.Tags | Should -Be $result.Tags
        $read.Buildpacks.Id | Should -Be $result.Buildpacks.Id
        $read.Phases.Seconds | Should -Be $result.Phases.Seconds
        ($read.Processes | Where-Object Default).CommandLine | Should -Not -BeNullOrEmpty
        $read.PSObject.Properties.Name | Should -Not -Contain 'Log'
        ($result.Processes | ConvertTo-Json | ConvertFrom-Json).Command | Should -Be $result.Processes.Command
        $result | Get-PackImage | ConvertTo-Json -WarningVariable truncated -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
        $truncated | Should -BeNullOrEmpty

        $csv = $result | ConvertTo-Csv
        ($csv | ConvertFrom-Csv).Tags | Should -Be ($result.Tags -join ', ')
        $csv | Should -Not -Match 'System\.|Buildpacks\.Pack|ReadOnly'
    }

    It 'names the image in the output of builds that run side by side' -Skip:([bool] $Reason) {
        $manifest = Join-Path (Get-Module Buildpacks).ModuleBase 'Buildpacks.psd1'
        $lines = 'one', 'two' | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:manifest
            Invoke-PackBuild "$using:prefix/$_" -Path "$using:apps/static-site" -Builder localhost/samples/builder -Network none -Engine $using:Engine
        } 6>&1 | Where-Object { $_.Tags -contains 'PackLifecycle' } | ForEach-Object { "$_" }

        $lines | Where-Object { $_ -notmatch '^\[localhost/buildpacks-tests/(one|two)\] ' } | Should -BeNullOrEmpty
        ($lines -match '^\[localhost/buildpacks-tests/two\] .*BUILDING').Count | Should -Be 1
    }

    It 'gives an image that runs' -Skip:([bool] $Reason) {
        $null = Invoke-PackBuild $prefix/web -Path $apps/shell-web 6>$null
        $container = & $Command run --detach --network none $prefix/web
        $LASTEXITCODE | Should -Be 0
        try {
            for ($try = 0; $try -lt 50 -and -not $answer; $try++) {
                Start-Sleep -Milliseconds 100
                $answer = & $Command exec $container busybox wget -q -O - http://127.0.0.1:8080/cgi-bin/hello.sh 2>$null
            }
        } finally {
            $null = & $Command rm --force $container
        }

        $answer | Should -Not -BeNullOrEmpty
    }

    It 'makes the same image of the same app, and adds nothing' -Skip:([bool] $Reason) {
        $first = Invoke-PackBuild $prefix/site -Path $apps/static-site 6>$null
        $second = Invoke-PackBuild $prefix/site -Path $apps/static-site 6>$null

        $second.Id | Should -Be $first.Id
        $second.Unchanged | Should -BeTrue
        $second.LayersAdded | Should -Be 0
    }

    It 'shows the image of a result from the pipeline' -Skip:([bool] $Reason) {
        $result = Invoke-PackBuild $prefix/site -Path $apps/static-site 6>$null

        $image = $result | Get-PackImage

        $image.Id | Should -Be $result.Id
        $image.IsApp | Should -BeTrue
        $image.RunImage | Should -BeLike 'localhost/samples/run*'
        (Get-PackImage $prefix/*).Tags | Should -Contain "${prefix}/site:latest"
    }

    It 'gives an image every name that was asked for' -Skip:([bool] $Reason) {
        $null = Invoke-PackBuild $prefix/site -Path $apps/static-site -Tag $prefix/site:v1 6>$null

        (Get-PackImage $prefix/site).Tags | Should -Contain "${prefix}/site:v1"
    }

    It 'names the phase and the next step when a buildpack fails, and leaves no image' -Skip:([bool] $Reason) {
        $failure = { Invoke-PackBuild $prefix/broken -Path $apps/broken-web -ErrorAction Stop 6>$null } | Should -Throw -ErrorId 'BuildpackFailed,*' -PassThru

        $failure.Exception.Phase | Should -Not -BeNullOrEmpty
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-PackImage $prefix/broken* | Should -BeNullOrEmpty
    }

    It 'builds nothing with -WhatIf' -Skip:([bool] $Reason) {
        Invoke-PackBuild $prefix/asked -Path $apps/static-site -WhatIf | Should -BeNullOrEmpty

        Get-PackImage $prefix/asked* | Should -BeNullOrEmpty
    }

    It 'leaves no container of a build' -Skip:([bool] $Reason) {
        & $Command ps --all --quiet --filter label=io.buildpacks.powershell.session | Should -BeNullOrEmpty
    }
}
