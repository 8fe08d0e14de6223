namespace Buildpacks.Samples.BaseImages;

/// <summary>Collects the files that a recipe names, and the libraries that these need.</summary>
public sealed class FileCollector
{
    private readonly Queue<string> _unread = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    private FileCollector()
    {
    }

    private FileSet Files { get; } = new();

    /// <summary>The files of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="InvalidDataException">A package or program is missing; the message says which and how to get it.</exception>
    public static FileSet Collect(ImageRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var collector = new FileCollector();
        collector.AddPackages(recipe);
        foreach (var program in recipe.Programs)
        {
            collector.Add(SystemFiles.OfProgram(program)
                ?? throw new InvalidDataException($"the program '{program}' is missing; {recipe.Name} needs it. Install it: apt-get install {program}"));
        }

        foreach (var file in recipe.Files)
        {
            collector.Add(file);
        }

        collector.AddLibraries();
        return collector.Files;
    }

    private void AddPackages(ImageRecipe recipe)
    {
        foreach (var package in recipe.Packages.Concat(recipe.OptionalPackages))
        {
            var paths = SystemFiles.OfPackage(package);
            if (paths is null && recipe.Packages.Contains(package))
            {
                throw new InvalidDataException($"the package '{package}' is missing; {recipe.Name} needs it. Install it: apt-get install {package}");
            }

            foreach (var path in paths ?? [])
            {
                Add(path);
            }
        }
    }

    private void Add(string path)
    {
        // What a user may not read, such as /etc/shadow, is left out, so that the image is the same whoever makes it.
        if (Files.Add(path) is { } real && _seen.Add(real) && File.Exists(real))
        {
            _unread.Enqueue(real);
        }
    }

    private void AddLibraries()
    {
        while (_unread.TryDequeue(out var path))
        {
            if (!LayerEntry.IsReadable(path) || ElfFile.Read(path) is not { } elf)
            {
                continue;
            }

            if (elf.Interpreter is { } interpreter)
            {
                Add(interpreter);
            }

            foreach (var library in elf.Libraries)
            {
                Add(SystemFiles.OfLibrary(library, path) ?? throw new InvalidDataException($"{path} needs {library}, which this machine does not have"));
            }
        }
    }
}
