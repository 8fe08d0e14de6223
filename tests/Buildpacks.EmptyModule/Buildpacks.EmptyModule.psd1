@{
    RootModule        = 'Buildpacks.EmptyModule.dll'
    ModuleVersion     = '0.1.0'
    GUID              = '0c9d5b0e-7d0b-4c55-9a43-5be6a9f7f1d2'
    CmdletsToExport   = @('Test-Nothing')
    FunctionsToExport = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
