# What the suites ask of the machine they run on: its engines, and the sample builder in them.

$Checkout = [IO.Path]::GetFullPath([IO.Path]::Combine($PSScriptRoot, '..', '..'))
$Samples = Join-Path $Checkout 'samples'
$Builder = 'localhost/samples/builder'

# The engines, with the reason why one cannot be tested. Pester names a test block after the title.
function Get-TestEngine {
    param([switch] $WithBuilder)

    foreach ($engine in 'Podman', 'Docker') {
        $found = @(Get-PackEngine -ListAvailable -Engine $engine)
        $reason = if (-not $found) {
            'it was not found'
        } elseif (-not ($found | Where-Object Available)) {
            ($found.Reason | Select-Object -Unique) -join '; '
        } elseif ($WithBuilder) {
            Get-BuilderReason $engine
        }

        @{
            Engine  = $engine
            Command = $engine.ToLowerInvariant()
            Reason  = $reason
            Title   = $reason ? "$engine, skipped: $reason" : $engine
        }
    }
}

# Why there is no sample builder and none can be made; nothing when there is one or it can.
function Get-BuilderReason([string] $Engine) {
    if (-not (Get-PackImage $Builder -Engine $Engine -ErrorAction Ignore) -and -not ((Get-BaseImageTool) -and (Get-LifecycleArchive))) {
        "it has no image $Builder, and what makes one is not built: ./build.sh Build"
    }
}

function Get-BaseImageTool {
    Get-ChildItem -Path (Join-Path $Samples 'tools/Buildpacks.Samples/bin/*/net10.0/make-base-images.dll') -ErrorAction Ignore |
        Select-Object -First 1
}

function Get-LifecycleArchive {
    Get-ChildItem -Path (Join-Path $Checkout 'out/lifecycle/lifecycle-*.tgz') -ErrorAction Ignore | Select-Object -First 1
}

# Sees to it that an engine has the sample builder.
function Install-TestBuilder([string] $Engine) {
    if (Get-PackImage $Builder -Engine $Engine -ErrorAction Ignore) {
        return
    }

    $before = $env:PACK_ENGINE
    $env:PACK_ENGINE = $Engine
    try {
        $words = & dotnet (Get-BaseImageTool).FullName (Join-Path $Samples 'base') 2>&1
        if ($LASTEXITCODE -ne 0) {
            throw "The base images cannot be made: $words"
        }
    } finally {
        $env:PACK_ENGINE = $before
    }

    $null = New-PackBuilder $Builder -Config (Join-Path $Samples 'builder/builder.toml') -LifecyclePath (Get-LifecycleArchive).FullName -Engine $Engine
}

# Makes an engine the session's, with the sample builder in it; what the module remembers of builds goes to a folder of the tests.
function Enter-TestEngine([string] $Engine, [string] $Folder) {
    $script:Variables = @{}
    foreach ($variable in 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'PACK_HOME') {
        $script:Variables[$variable] = [Environment]::GetEnvironmentVariable($variable)
        [Environment]::SetEnvironmentVariable($variable, (Join-Path $Folder $variable))
    }

    $script:Before = @(Get-TestImage $Engine)
    Install-TestBuilder $Engine
    Set-PackEngine $Engine
}

# Removes what the tests made in an engine.
function Exit-TestEngine([string] $Engine) {
    Set-PackEngine -Automatic
    $names = @(Get-TestImage $Engine | Where-Object { $_ -notin $script:Before })
    if ($names) {
        Remove-PackImage $names -IncludeCache -Engine $Engine -Confirm:$false
    }

    foreach ($variable in $script:Variables.Keys) {
        [Environment]::SetEnvironmentVariable($variable, $script:Variables[$variable])
    }
}

# The names that tests and the sample builder give; others' images may come while tests run.
function Get-TestImage([string] $Engine) {
    (Get-PackImage -All -Engine $Engine).Tags | Where-Object {
        $_ -match '^localhost/(buildpacks-(tests|pipeline)/|samples/(builder|build|run):)|(^|/)buildpacks[-.]pipeline-'
    }
}

Export-ModuleMember -Function Get-TestEngine, Enter-TestEngine, Exit-TestEngine
