using Buildpacks.Engines.Location;

namespace Buildpacks.Commands;

/// <summary>Collects what a pipeline brings. Its items may name different engines; each engine is asked once, at the end.</summary>
/// <typeparam name="T">The items.</typeparam>
internal sealed class ItemsByEngine<T>
{
    private readonly List<(EngineChoice Engine, List<T> Items)> _groups = [];

    /// <summary>Adds items.</summary>
    /// <param name="engine">The engine that they name; an empty choice for the one that the session uses.</param>
    /// <param name="items">The items.</param>
    public void Add(EngineChoice engine, IEnumerable<T> items)
    {
        if (_groups.Find(group => group.Engine == engine).Items is not { } known)
        {
            _groups.Add((engine, known = []));
        }

        known.AddRange(items);
    }

    /// <summary>The items of each engine, those without one first.</summary>
    public IEnumerable<(EngineChoice Engine, IReadOnlyList<T> Items)> Groups =>
        _groups.OrderBy(group => !group.Engine.IsEmpty).Select(group => (group.Engine, (IReadOnlyList<T>)group.Items));
}
