<#
.SYNOPSIS
Lists the tasks.
#>
Write-Host 'Usage: ./build.sh TASK [-Parameter value]...'
Write-Host ''
$files = [IO.Directory]::GetFiles([IO.Path]::Combine($Root, 'build'), '*.ps1')
[Array]::Sort($files, [StringComparer]::Ordinal)
foreach ($file in $files) {
    $script = [Management.Automation.Language.Parser]::ParseFile($file, [ref] $null, [ref] $null)
    $parameters = if ($script.ParamBlock) { $script.ParamBlock.Parameters }
    $help = $script.GetHelpContent()
    Write-Host ('  {0,-10} {1}' -f [IO.Path]::GetFileNameWithoutExtension($file), ($help.Synopsis -replace '\s+', ' ').Trim())
    foreach ($parameter in $parameters) {
        $parameterName = $parameter.Name.VariablePath.UserPath
        $text = $help.Parameters[$parameterName.ToUpperInvariant()]
        Write-Host ('  {0,-10}   -{1}: {2}' -f '', $parameterName, ($text -replace '\s+', ' ').Trim())
    }
}
