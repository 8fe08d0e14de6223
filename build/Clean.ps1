<#
.SYNOPSIS
Removes all that the other tasks made in the checkout.
#>
$folders = @('lib') + ('src', 'tests' | ForEach-Object { [IO.Directory]::GetDirectories([IO.Path]::Combine($Root, $_)) } |
        ForEach-Object { "$_/bin", "$_/obj" })

# pshost may be what runs this script: it stays.
if ([IO.Directory]::Exists("$Root/out")) {
    $folders += [IO.Directory]::GetFileSystemEntries("$Root/out") | Where-Object { [IO.Path]::GetFileName($_) -ne 'pshost' }
}

foreach ($folder in $folders) {
    $path = [IO.Path]::Combine($Root, $folder)
    if ([IO.Directory]::Exists($path)) {
        [IO.Directory]::Delete($path, $true)
    } elseif ([IO.File]::Exists($path)) {
        [IO.File]::Delete($path)
    }
}
