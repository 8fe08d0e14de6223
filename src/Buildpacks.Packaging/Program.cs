using Buildpacks.Packaging;

if (args is not [var repository, var target])
{
    Console.Error.WriteLine("usage: packer REPOSITORY TARGET-FOLDER");
    return 2;
}

try
{
    Console.WriteLine(ModulePackage.Make(repository, target));
    return 0;
}
catch (Exception problem) when (problem is FormatException or IOException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
