#requires -Version 7.4
#requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
<#
.SYNOPSIS
Images that are copied and removed, on the engines of this machine. They are built with the sample builder: the one that is there, or one
that is made for the tests and removed with all they built.
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
    foreach ($engine in $engines) {
        $other = Get-TestEngine | Where-Object { $_.Engine -ne $engine.Engine }
        $engine.Others = @{ Other = $other.Engine; OtherReason = $other.Reason; OtherTitle = $other.Title }
    }
}

Describe '<Title>' -ForEach $engines {
    BeforeAll {
        Import-Module $Module
        Import-Module (Join-Path $PSScriptRoot 'Pester' 'TestMachine.psm1')
        $script:prefix = 'localhost/buildpacks-tests/image'
        $script:site = "$prefix/site:latest"
        $script:apps = Join-Path $PSScriptRoot '..' 'samples' 'apps'
        Enter-TestEngine $Engine $TestDrive
        $PSDefaultParameterValues = @{
            'Invoke-PackBuild:Builder'           = 'localhost/samples/builder'
            'Invoke-PackBuild:Network'           = 'none'
            'Invoke-PackBuild:InformationAction' = 'Ignore'
        }
        $script:built = Invoke-PackBuild $site -Path $apps/static-site
        $null = Invoke-PackBuild $prefix/job -Path $apps/procfile
    }

    AfterEach {
        Remove-PackImage $prefix/other-* -Confirm:$false
    }

    AfterAll {
        Exit-TestEngine $Engine
    }

    Context 'Copy-PackImage' {
        It 'writes an image to a file and reads it back, where nothing has to move' -Skip:([bool] $Reason) {
            $file = Join-Path $TestDrive 'site.tar'

            $archive = Copy-PackImage $site -DestinationPath $file
            $copy = Copy-PackImage -Path $file -To $Engine -NewName $prefix/other-copy

            $archive.LayersMoved | Should -BeGreaterThan 0
            $copy.LayersMoved | Should -Be 0
            (Get-PackImage $prefix/other-copy).Id | Should -Be $built.Id
        }

        It 'writes images of the pipeline into one layout, which keeps their names' -Skip:([bool] $Reason) {
            $layout = Join-Path $TestDrive 'layout'

            $copies = Get-PackImage $site, $prefix/job | Copy-PackImage -DestinationPath $layout

            $copies.Name | Should -Be $site, "$prefix/job:latest"
            $index = Get-Content (Join-Path $layout 'index.json') -Raw | ConvertFrom-Json
            $index.manifests.annotations.'org.opencontainers.image.ref.name' | Should -Be $site, "$prefix/job:latest"
            (Copy-PackImage -Path $layout -SourceName $site -To $Engine -NewName $prefix/other-copy).Id | Should -Be $built.Id
        }

        It 'keeps a file that is there, unless it is forced' -Skip:([bool] $Reason) {
            $file = New-Item (Join-Path $TestDrive 'there.tar') -Value 'mine'

            Copy-PackImage $site -DestinationPath $file -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $problem.FullyQualifiedErrorId | Should -BeLike 'DestinationExists,*'
            Get-Content $file | Should -Be 'mine'

            (Copy-PackImage $site -DestinationPath $file -Force).Name | Should -Be $site
        }

        It 'names an image that is not there, and copies the others' -Skip:([bool] $Reason) {
            $copies = Copy-PackImage $prefix/none, $site -DestinationPath (Join-Path $TestDrive 'others') -ErrorVariable problem -ErrorAction SilentlyContinue

            $copies.Name | Should -Be $site
            $problem.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
            $problem.TargetObject | Should -Be "$prefix/none"
        }

        It 'copies nothing with -WhatIf' -Skip:([bool] $Reason) {
            $file = Join-Path $TestDrive 'whatif.tar'

            Copy-PackImage $site -DestinationPath $file -WhatIf | Should -BeNullOrEmpty

            $file | Should -Not -Exist
        }

        It 'hands an image with a new name to <OtherTitle>' -ForEach $Others -Skip:([bool] ($Reason -or $Others.OtherReason)) {
            try {
                $copy = Copy-PackImage $site -To $Other -NewName $prefix/handed

                $copy.Engine | Should -Be $Other
                $copy.Name | Should -Be "$prefix/handed:latest"
                $image = $copy | Get-PackImage
                $image.Engine | Should -Be $Other
                $image.Buildpacks.Id | Should -Contain 'samples/static-site'
            } finally {
                Remove-PackImage "$prefix/handed*" -Engine $Other -Confirm:$false
            }

            Get-PackImage "$prefix/handed*" -Engine $Other | Should -BeNullOrEmpty
        }
    }

    Context 'Remove-PackImage' {
        It 'removes an image and its cache, and with -WhatIf neither' -Skip:([bool] $Reason) {
            $null = Invoke-PackBuild $prefix/gone -Path $apps/shell-web

            Get-PackImage $prefix/gone | Remove-PackImage -IncludeCache -WhatIf
            (Get-PackImage $prefix/gone).Name | Should -Be "$prefix/gone:latest"
            & $Command volume ls --quiet | Where-Object { $_ -like '*buildpacks-tests_image_gone*' } | Should -Not -BeNullOrEmpty

            Remove-PackImage $prefix/gone -IncludeCache -Confirm:$false
            Get-PackImage $prefix/gone* | Should -BeNullOrEmpty
            & $Command volume ls --quiet | Where-Object { $_ -like '*buildpacks-tests_image_gone*' } | Should -BeNullOrEmpty
        }

        It 'takes a name from an image that has others' -Skip:([bool] $Reason) {
            & $Command tag $site $prefix/other-name

            $removed = Remove-PackImage $prefix/other-name -PassThru -Confirm:$false

            $removed.Id | Should -Be $built.Id
            Get-PackImage $prefix/other-* | Should -BeNullOrEmpty
            (Get-PackImage $site).Id | Should -Be $built.Id
        }

        It 'removes an image that has several names by its id only when it is forced' -Skip:([bool] $Reason) {
            $archive = Join-Path $TestDrive 'job.tar'
            $null = Copy-PackImage $prefix/job -DestinationPath $archive
            & $Command tag $prefix/job $prefix/job:v1
            $id = (Get-PackImage $prefix/job).Id
            try {
                Remove-PackImage $id -ErrorVariable problem -ErrorAction SilentlyContinue -Confirm:$false
                $problem.FullyQualifiedErrorId | Should -BeLike 'ImageHasSeveralNames,*'
                (Get-PackImage $prefix/job:v1).Id | Should -Be $id

                Remove-PackImage $id -Force -Confirm:$false
                Get-PackImage $prefix/job* | Should -BeNullOrEmpty
            } finally {
                # The image is the other tests' too.
                $null = Copy-PackImage -Path $archive -To $Engine
            }
        }

        It 'leaves an image that a container needs' -Skip:([bool] $Reason) {
            $container = & $Command create --network none $prefix/job
            try {
                Remove-PackImage $prefix/job -ErrorVariable problem -ErrorAction SilentlyContinue -Confirm:$false
            } finally {
                $null = & $Command rm $container
            }

            $problem.FullyQualifiedErrorId | Should -BeLike 'ImageInUse,*'
            $problem.ErrorDetails.RecommendedAction | Should -Match 'ps --all --filter'
            Get-PackImage $prefix/job | Should -Not -BeNullOrEmpty
        }

        It 'names an image that is not there, and removes the others' -Skip:([bool] $Reason) {
            & $Command tag $site $prefix/other-name

            "$prefix/none", "$prefix/other-name" | Remove-PackImage -ErrorVariable problem -ErrorAction SilentlyContinue -Confirm:$false

            $problem.FullyQualifiedErrorId | Should -BeLike 'ImageNotFound,*'
            $problem.TargetObject | Should -Be "$prefix/none"
            Get-PackImage $prefix/other-* | Should -BeNullOrEmpty
        }
    }
}
