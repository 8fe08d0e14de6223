@{
    Severity     = @('Error', 'Warning')
    ExcludeRules = @(
        # The scripts of build/ talk to a person at a terminal; the module, in C#, has no Write-Host.
        'PSAvoidUsingWriteHost'
    )
}
