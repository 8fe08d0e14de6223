<#
.SYNOPSIS
Makes the offline sample builder, builds a sample app, runs it, and builds it again.
.PARAMETER Engine
Podman or Docker.
.PARAMETER Remove
Removes at the end what the demo made in the engine.
#>
param([string] $Engine = 'Podman', [switch] $Remove)

$cli = $Engine.ToLowerInvariant()
$image = 'localhost/demo/web'
$samples = [IO.Path]::Combine($Root, 'samples')

# What the user could type, and what it does.
function Invoke-Shown([string] $Text) {
    Write-Host "PS> $Text" -ForegroundColor Yellow
    & ([scriptblock]::Create($Text))
}

# Whether the engine starts containers as it is configured; its own words when not.
function Test-Container {
    $words = & $cli run --rm --network none localhost/samples/run true 2>&1
    if ($LASTEXITCODE -ne 0) {
        "$words"
    }
}

# Runs a step that prints nothing of its own, and says how long it took.
function Invoke-Timed([string] $Text, [scriptblock] $Action) {
    Write-Step $Text
    $began = [DateTime]::UtcNow
    & $Action
    Write-Host ('    done in {0:0} s' -f ([DateTime]::UtcNow - $began).TotalSeconds)
}

Write-Host 'The first run of the demo compiles everything: about two minutes on an idle machine with two processors, and'
Write-Host 'several minutes on a busy one. Later runs take about ten seconds.'
Invoke-Timed 'Step 1 of 3: restoring packages and compiling the module' {
    Invoke-Quietly dotnet @('build', "$Root/src/Buildpacks.PowerShell", '-c', 'Release', '--nologo')
}
Invoke-Timed 'Step 2 of 3: compiling the tool that makes the base images' {
    Invoke-Quietly dotnet @('build', "$samples/tools/Buildpacks.Samples", '-c', 'Release', '--nologo')
}
Invoke-Timed 'Step 3 of 3: compiling the lifecycle ahead of time' {
    Invoke-Task Lifecycle
}

Write-Step "Making base images from this machine's files, in $cli's store"
$env:PACK_ENGINE = $cli
Invoke-Program dotnet @("$samples/tools/Buildpacks.Samples/bin/Release/net10.0/make-base-images.dll", "$samples/base")
if ($cli -eq 'podman' -and ($words = Test-Container)) {
    Write-Host "podman starts no container as it is configured here: $words" -ForegroundColor DarkYellow
    Write-Host "So this demo runs with CONTAINERS_CONF=$samples/containers.conf" -ForegroundColor DarkYellow
    $env:CONTAINERS_CONF = "$samples/containers.conf"
    if ($words = Test-Container) {
        throw "podman starts no container with that either: $words"
    }
}

Import-Module "$Root/Buildpacks.psd1"
Write-Step 'Making the builder'
Invoke-Shown "New-PackBuilder localhost/samples/builder -Config samples/builder/builder.toml -Engine $Engine" | Out-Host

Write-Step 'Building the app'
$build = "Invoke-PackBuild $image -Path samples/apps/shell-web -Builder localhost/samples/builder -Network none -Engine $Engine"
Invoke-Shown $build | Out-Host

Write-Step 'Running the image'
Write-Host "PS> $cli run --detach --network none $image" -ForegroundColor Yellow
$container = & $cli run --detach --network none $image
if ($LASTEXITCODE -ne 0) {
    throw "$cli could not start the image."
}

try {
    $answer = $null
    for ($try = 0; $try -lt 50 -and -not $answer; $try++) {
        [Threading.Thread]::Sleep(100)
        $answer = & $cli exec $container busybox wget -q -O - http://127.0.0.1:8080/cgi-bin/hello.sh 2>$null
    }

    if (-not $answer) {
        & $cli logs $container
        throw 'The app does not answer.'
    }

    $answer | Out-Host
} finally {
    $null = & $cli rm --force $container
}

Write-Step 'Building it again: nothing has changed'
Invoke-Shown $build | ForEach-Object {
    $_ | Out-Host
    if (-not $_.Unchanged) {
        throw 'The second build made another image.'
    }
}

$volumes = & $cli volume ls --quiet | Where-Object { $_ -like 'pack-cache-*demo_web_latest-*' }
$removal = @(
    "$cli rmi $image localhost/samples/builder localhost/samples/build localhost/samples/run"
    if ($volumes) { "$cli volume rm $($volumes -join ' ')" }
)
if ($Remove) {
    foreach ($line in $removal) {
        Invoke-Program /bin/sh @('-c', "$line >/dev/null")
    }
} else {
    Write-Step "The images and the cache of the build stay in $cli's store; this removes them:"
    $removal | ForEach-Object { Write-Host "    $_" }
}
