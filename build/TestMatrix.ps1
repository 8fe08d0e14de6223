<#
.SYNOPSIS
Runs the engine contract and the builds on the engines of other systems too, and writes the counts into docs/compatibility.md.
.PARAMETER System
Debian releases, whose podman and docker are put into a folder below out/, or Machine for this machine's own. All that have been run are in the table.
.PARAMETER Filter
Which tests, as dotnet test --filter has it. The table is shown then and not written.
.PARAMETER Keep
Runs nothing, and writes the table of the last results.
#>
param([string[]] $System = @('Machine', 'trixie'), [string] $Filter, [switch] $Keep)

$results = [IO.Path]::Combine($Root, 'out', 'matrix')
$page = [IO.Path]::Combine($Root, 'docs', 'compatibility.md')
$projects = 'Buildpacks.Engines.Tests', 'Buildpacks.Builds.Tests'
$packages = 'podman', 'crun', 'runc', 'netavark', 'aardvark-dns', 'slirp4netns', 'passt', 'fuse-overlayfs', 'uidmap', 'iptables', 'nftables',
    'docker.io', 'ca-certificates'

# Which classes of tests run on which engine; those of no engine are the same everywhere and are not counted.
$engines = [ordered] @{
    'podman, root'         = 'RootPodman|\.Podman(Build|Checkup|Fault|HostileApp|Load|Stepwise)|OnPodman|\+Podman$'
    'podman, rootless'     = 'RootlessPodman'
    'podman, as a service' = 'RemotePodman'
    'docker'               = 'Dockerd|OnDocker|\.Docker(Build|Checkup|Engine|Fault|HostileApp|Load|Loss|Over)|\.Copies\..*Docker|\.Others\.'
}

# Where docker keeps images: a run of the tests each. The second is for those that can. What a checkup says of broken machines is tried
# with mounts of the tests' own, which no engine of another system sees.
$stores = [ordered] @{
    ''           = 'FullyQualifiedName~Podman|FullyQualifiedName~Docker'
    'containerd' = 'FullyQualifiedName~Docker'
}

# The archive that this machine's own packages come from.
function Get-Mirror {
    $codename = [IO.File]::ReadAllLines('/etc/os-release') | Where-Object { $_ -like 'VERSION_CODENAME=*' } | ForEach-Object { $_.Split('=')[1] }
    $found = & apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $codename"
    if (-not $found) {
        throw 'apt has no Debian archive here, so there is no other system to be had: run with -System Machine.'
    }

    @($found)[0]
}

# The root folder of a system, which is made when it is missing.
function Get-SystemFolder([string] $Name) {
    if ($Name -eq 'Machine') {
        return '/'
    }

    $folder = [IO.Path]::Combine($Root, 'out', 'systems', $Name)
    $complete = [IO.Path]::Combine($folder, 'etc', 'buildpacks-complete')
    if (-not [IO.File]::Exists($complete)) {
        Write-Step "Putting Debian $Name with its engines into $folder"
        Invoke-Program rm @('-rf', '--one-file-system', $folder)
        $null = [IO.Directory]::CreateDirectory($folder)
        Invoke-Quietly debootstrap @('--variant=minbase', "--include=$($packages -join ',')", $Name, $folder, (Get-Mirror))
        [IO.File]::WriteAllText($complete, '')
    }

    $folder
}

# An engine's version. Where no /proc is, podman does not even tell that, so the folder's packages are asked.
function Get-Version([string] $Folder, [string] $Program, [string] $Package) {
    $said = if ($Folder -eq '/') { & $Program --version } else { & dpkg-query "--admindir=$Folder/var/lib/dpkg" '--showformat=${Version}' --show $Package }
    [regex]::Match("$said", '\d+(\.\d+)+').Value
}

# Runs the tests on the engines of one system, and leaves results and versions in out/matrix/SYSTEM.
function Invoke-Suite([string] $Name) {
    $folder = Get-SystemFolder $Name
    $log = [IO.Path]::Combine($results, $Name)
    if ([IO.Directory]::Exists($log)) {
        [IO.Directory]::Delete($log, $true)
    }

    $null = [IO.Directory]::CreateDirectory($log)
    $docker = Get-Version $folder dockerd docker.io
    [IO.File]::WriteAllLines([IO.Path]::Combine($log, 'versions.txt'),
        @((Get-Version $folder podman podman), $docker, [DateTime]::UtcNow.ToString('yyyy-MM-dd')))
    $env:BUILDPACKS_TEST_SYSTEM = if ($Name -eq 'Machine') { '' } else { $folder }
    foreach ($store in $stores.Keys) {
        if ($store -and [Version] $docker -lt [Version] '25.0') {
            continue
        }

        $env:BUILDPACKS_TEST_DOCKER_STORE = $store
        foreach ($project in $projects) {
            Write-Step "$Name$(if ($store) { ", docker with the $store store" }): $project"
            $wanted = "FullyQualifiedName!~.Location.&FullyQualifiedName!~.PodmanTrouble&($($stores[$store]))"
            & dotnet test ([IO.Path]::Combine($Root, 'tests', $project)) -c Release --no-build --nologo `
                --filter $(if ($Filter) { "($wanted)&($Filter)" } else { $wanted }) `
                --logger "trx;LogFileName=$([IO.Path]::Combine($log, "$project-$store.trx"))" --logger 'console;verbosity=minimal' | Out-Host
        }
    }
}

# The counts of one kind of engine in the results of one system and store.
function Get-Count([string] $Name, [string] $Store, [string] $Classes) {
    $count = @{ Passed = 0; Failed = 0; NotExecuted = 0 }
    foreach ($project in $projects) {
        $file = [IO.Path]::Combine($results, $Name, "$project-$Store.trx")
        if (-not [IO.File]::Exists($file)) {
            continue
        }

        # A filter may leave no test of a project, and then the file has no element for them.
        $run = [xml] [IO.File]::ReadAllText($file)
        $class = @{}
        foreach ($test in $run.SelectNodes("//*[local-name() = 'UnitTest']")) {
            $class[$test.id] = $test.TestMethod.className
        }

        foreach ($result in $run.SelectNodes("//*[local-name() = 'UnitTestResult']")) {
            if ($class[$result.testId] -match $Classes) {
                $count[$result.outcome]++
            }
        }
    }

    $count
}

# The table of all results that there are.
function Get-Table {
    '| system | engine | version | passed | failed | skipped | run on |'
    '| --- | --- | --- | ---: | ---: | ---: | --- |'
    foreach ($folder in [IO.Directory]::GetDirectories($results)) {
        $name = [IO.Path]::GetFileName($folder)
        $podman, $docker, $date = [IO.File]::ReadAllLines([IO.Path]::Combine($folder, 'versions.txt'))
        foreach ($store in $stores.Keys) {
            foreach ($engine in $engines.Keys | Where-Object { -not $store -or $_ -eq 'docker' }) {
                $count = Get-Count $name $store $engines[$engine]
                if ($count.Passed + $count.Failed + $count.NotExecuted) {
                    $version = if ($engine -eq 'docker') { $docker } else { $podman }
                    $where = if ($engine -ne 'docker') { '' } elseif ($store) { ", $store store" } else { ', graph driver' }
                    "| $name | $engine$where | $version | $($count.Passed) | $($count.Failed) | $($count.NotExecuted) | $date |"
                }
            }
        }
    }
}

if (-not $Keep) {
    Invoke-Task Build
    foreach ($name in $System) {
        Invoke-Suite $name
    }

    $env:BUILDPACKS_TEST_SYSTEM = $env:BUILDPACKS_TEST_DOCKER_STORE = ''
}

$table = @(Get-Table)
Write-Step 'What passed where'
$table | ForEach-Object { Write-Host $_ }
if (-not $Filter) {
    $text = [IO.File]::ReadAllText($page)
    $replacement = "<!-- matrix -->`n`n$($table -join "`n")`n`n<!-- /matrix -->"
    [IO.File]::WriteAllText($page, [regex]::Replace($text, '(?s)<!-- matrix -->.*<!-- /matrix -->', $replacement.Replace('$', '$$')))
}

if ($table -notmatch '\| 0 \| \d+ \| [\d-]+ \|$|^\| system|^\| ---') {
    exit 1
}
