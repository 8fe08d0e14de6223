#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
The module among PowerShell's own cmdlets: files and tables in the pipeline, blocks and jobs side by side, the error view. Builds on the
engines of this machine with the sample builder: the one that is there, or one that is made for the tests and removed with all they built.
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
        Enter-TestEngine $Engine $TestDrive
        $script:manifest = Join-Path (Get-Module Buildpacks).ModuleBase 'Buildpacks.psd1'
        $script:prefix = 'localhost/buildpacks-pipeline'
        $script:samples = Join-Path $PSScriptRoot '..' 'samples' 'apps'
        $PSDefaultParameterValues = @{
            'Invoke-PackBuild:Builder'           = 'localhost/samples/builder'
            'Invoke-PackBuild:Network'           = 'none'
            'Invoke-PackBuild:PullPolicy'        = 'Never'
            'Invoke-PackBuild:InformationAction' = 'Ignore'
        }
        $script:apps = (New-Item -ItemType Directory (Join-Path $TestDrive 'apps')).FullName
        Copy-Item (Join-Path $samples 'static-site') (Join-Path $apps 'Buildpacks.Pipeline Site') -Recurse
        Copy-Item (Join-Path $samples 'procfile') (Join-Path $apps 'buildpacks-pipeline-procfile') -Recurse
    }

    AfterAll {
        Exit-TestEngine $Engine
    }

    It 'builds each folder that Get-ChildItem gives' -Skip:([bool] $Reason) {
        $results = Get-ChildItem $apps -Directory | Invoke-PackBuild

        $results.ImageName | Sort-Object | Should -Be @('docker.io/library/buildpacks-pipeline-procfile:latest', 'docker.io/library/buildpacks.pipeline-site:latest')
    }

    It 'builds each row that Import-Csv gives, and empty cells are not arguments' -Skip:([bool] $Reason) {
        $csv = Join-Path $TestDrive 'apps.csv'
        Set-Content $csv @"
ImageName,Path,DefaultProcess,Builder,ClearCache,PullPolicy,Env
$prefix/greeter,$(Join-Path $samples procfile),greet,localhost/samples/builder,true,Never,A=1
$prefix/site,$(Join-Path $samples static-site),,,,,
$prefix/gone,$(Join-Path $samples gone),,,,,
"@

        $results = Import-Csv $csv | Invoke-PackBuild -ErrorAction SilentlyContinue -ErrorVariable failures

        $results.ImageName | Should -Be @("$prefix/greeter:latest", "$prefix/site:latest")
        ($results[0].Processes | Where-Object Default).Type | Should -Be 'greet'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'AppPathNotFound,*'
        $failures[0].TargetObject | Should -Be "$prefix/gone"
    }

    It 'takes paths of the session: ~, drives and wildcards' -Skip:([bool] $Reason) {
        $null = New-PSDrive packapps FileSystem $apps
        Set-Content (Join-Path $apps 'one.env') 'A=1'

        (Invoke-PackBuild $prefix/drive -Path packapps:/*procfile -EnvFile packapps:/*.env).ImageName | Should -Be "$prefix/drive:latest"
        { Invoke-PackBuild $prefix/home -Path ~/no/such/app -ErrorAction Stop } | Should -Throw "*$((Resolve-Path ~).Path)/no/such/app*"
    }

    It 'builds in blocks side by side' -Skip:([bool] $Reason) {
        $results = 'one', 'two' | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:manifest
            Invoke-PackBuild "$using:prefix/parallel-$_" -Path (Join-Path $using:samples procfile) -Builder localhost/samples/builder -Network none -Engine $using:Engine
        } 6>$null

        $results.ImageName | Sort-Object | Should -Be @("$prefix/parallel-one:latest", "$prefix/parallel-two:latest")
    }

    It 'builds in a job' -Skip:([bool] $Reason) {
        $job = Start-ThreadJob {
            Import-Module $using:manifest
            Invoke-PackBuild "$using:prefix/job" -Path (Join-Path $using:samples procfile) -Builder localhost/samples/builder -Network none -Engine $using:Engine -InformationAction Ignore
        }
        (Receive-Job $job -Wait -AutoRemoveJob).ImageName | Should -Be "$prefix/job:latest"
    }

    It 'keeps the cause of a failure through a job of its own process' -Skip:([bool] $Reason) {
        $job = Start-Job {
            Import-Module $using:manifest
            Invoke-PackBuild "$using:prefix/broken-job" -Path (Join-Path $using:samples broken-web) -Builder localhost/samples/builder -Network none -Engine $using:Engine -InformationAction Ignore
        }
        $null = Receive-Job $job -Wait -AutoRemoveJob -ErrorVariable failures -ErrorAction SilentlyContinue

        $failures[0].FullyQualifiedErrorId | Should -BeLike 'BuildpackFailed,*'
        "$($failures[0])" | Should -Match 'the buildpack samples/[a-z-]+@[0-9.]+ failed with exit code [0-9]+'
        $cause = $failures[0].Exception.SerializedRemoteException
        $cause.BuildpackId | Should -BeLike 'samples/*'
        $cause.BuildpackOutput | Should -Not -BeNullOrEmpty
    }

    It 'ends with the job that it is in, and leaves no container' -Skip:([bool] $Reason) {
        $app = New-Item -ItemType Directory (Join-Path $TestDrive 'slow' 'public' 'cgi-bin')
        1..3000 | ForEach-Object { [IO.File]::WriteAllText("$app/$_.sh", "#!/bin/sh`n") }
        $job = Start-ThreadJob {
            Import-Module $using:manifest
            Invoke-PackBuild "$using:prefix/stopped" -Path (Join-Path $using:TestDrive slow) -Builder localhost/samples/builder -Network none -Engine $using:Engine
        }
        for ($try = 0; $try -lt 300 -and "$($job.Information)" -notmatch 'Checking scripts'; $try++) {
            Start-Sleep -Milliseconds 100
        }

        "$($job.Information)" | Should -Match 'Checking scripts'
        $running = & $Command ps --quiet --filter label=io.buildpacks.powershell.session
        Stop-Job $job

        $job.State | Should -Be 'Stopped'
        $running | Should -Not -BeNullOrEmpty
        & $Command ps --all --quiet --filter label=io.buildpacks.powershell.session | Where-Object { $_ -in $running } | Should -BeNullOrEmpty
        Get-PackImage "$prefix/stopped*" | Should -BeNullOrEmpty
        Remove-Job $job
    }

    It 'shows a failed build in few lines, of which the last is the next step' -Skip:([bool] $Reason) {
        $ErrorView = 'ConciseView'
        $shown = try { Invoke-PackBuild $prefix/broken -Path (Join-Path $samples broken-web) -ErrorAction Stop } catch { $_ | Out-String -Width 120 }
        $shown = @($shown -replace '\e\[[0-9;]*m' -split '\n' | Where-Object { $_.Trim() })

        $shown.Count | Should -BeLessThan 12
        "$shown" -replace '[\s|]+', ' ' | Should -Match 'failed while building: the buildpack samples/[a-z-]+@[0-9.]+ failed'
        "$shown" | Should -Match 'contains all messages of the buildpack\.\s*$'
    }
}

Describe 'What needs no build' {
    It 'says with -WhatIf what would be done' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'What If')
        $null = New-Item (Join-Path $folder 'app.txt')
        $transcript = Join-Path $TestDrive 'whatif.txt'
        $null = Start-Transcript $transcript
        try { $folder | Invoke-PackBuild -Builder a/builder -WhatIf } finally { $null = Stop-Transcript }
        $shown = Get-Content $transcript -Raw

        $shown -replace '\s+', ' ' | Should -Match 'with the builder ''a/builder''" on target "what-if"'
    }

    It 'refuses an argument that is empty' {
        { Invoke-PackBuild image -Path '' } | Should -Throw -ErrorId 'ArgumentEmpty,Buildpacks.Commands.InvokePackBuildCommand'
    }
}
