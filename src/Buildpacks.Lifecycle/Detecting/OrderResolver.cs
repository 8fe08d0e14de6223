using System.Collections.Immutable;
using Buildpacks.Lifecycle.Descriptors;
using Buildpacks.Lifecycle.Files;

namespace Buildpacks.Lifecycle.Detecting;

/// <summary>Resolves an order, with composite buildpacks in it, into plain groups, depth first and from left to right.</summary>
/// <param name="store">Where buildpacks are.</param>
/// <param name="isMeant">Whether the order means an element for this build; one that it does not is passed over.</param>
internal sealed class OrderResolver(BuildpackStore store, Predicate<GroupElement> isMeant)
{
    /// <summary>The groups, in the order in which they are to be tried. Each is found when it is asked for.</summary>
    /// <exception cref="InvalidDataException">A buildpack is missing, or a composite buildpack contains itself.</exception>
    public IEnumerable<IReadOnlyList<Candidate>> Resolve(Order order) => order.Groups.SelectMany(
        group => Resolve([], Pend(group, []), order.Extensions));

    /// <summary>Each group of extensions with the group of buildpacks, and at last that group by itself.</summary>
    private IEnumerable<IReadOnlyList<Candidate>> Resolve(
        ImmutableList<Candidate> found, ImmutableStack<Pending> buildpacks, IReadOnlyList<OrderGroup> extensions) =>
        extensions.SelectMany(group => Resolve(found, Pend(group, [], buildpacks))).Concat(Resolve(found, buildpacks));

    private IEnumerable<IReadOnlyList<Candidate>> Resolve(ImmutableList<Candidate> found, ImmutableStack<Pending> pending)
    {
        while (!pending.IsEmpty)
        {
            pending = pending.Pop(out var next);
            var element = next.Element;
            if (!isMeant(element) || found.Any(candidate => candidate.Id == element.Id && candidate.Descriptor.IsExtension == element.Extension))
            {
                continue;
            }

            var descriptor = store.Find(element);
            if (!descriptor.IsComposite)
            {
                found = found.Add(new Candidate(element.Id, element.Optional, descriptor));
                continue;
            }

            var within = next.Within.Contains(element.ToString())
                ? throw new InvalidDataException($"the composite buildpack {element} contains itself")
                : next.Within.Add(element.ToString());
            var rest = pending;
            var groups = descriptor.Order.SelectMany(group => Resolve(found, Pend(group, within, rest)));
            foreach (var group in element.Optional ? groups.Concat(Resolve(found, rest)) : groups)
            {
                yield return group;
            }

            yield break;
        }

        yield return found;
    }

    private static ImmutableStack<Pending> Pend(OrderGroup group, ImmutableHashSet<string> within, ImmutableStack<Pending>? rest = null)
    {
        var stack = rest ?? [];
        foreach (var element in group.Elements.Reverse())
        {
            stack = stack.Push(new Pending(element, within));
        }

        return stack;
    }

    /// <summary>An element to resolve, and the composite buildpacks it came out of.</summary>
    private sealed record Pending(GroupElement Element, ImmutableHashSet<string> Within);
}
