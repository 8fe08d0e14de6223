using Buildpacks.Help;

if (args is not [var docs, var target])
{
    Console.Error.WriteLine("usage: helpgen DOCS-FOLDER TARGET-FOLDER");
    return 2;
}

try
{
    File.WriteAllText(Path.Combine(docs, FromPackPage.FileName), FromPackPage.Write());
    SharedParameters.Copy(docs);
    HelpFolder.Write(docs, target);
    return 0;
}
catch (Exception problem) when (problem is FormatException or IOException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
