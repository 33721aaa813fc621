namespace OpsDashboard.OnCall.Rotations;

/// <summary>Who is on duty when. Of several rotations the first that has somebody counts; an override counts before all of them, the latest made before earlier ones. Reads no clock.</summary>
public sealed record Schedule(string Id, string Name, TimeZoneInfo Zone, IReadOnlyList<Rotation> Rotations, int Line)
{
    /// <summary>How far ahead an end is looked for.</summary>
    static readonly TimeSpan Sight = TimeSpan.FromDays(42);

    /// <summary>Who is on duty at an instant, since when and until when; what lasts longer than six weeks ends there.</summary>
    public Duty At(DateTimeOffset at, IReadOnlyCollection<ShiftOverride> overrides)
    {
        foreach (var reach in (TimeSpan[])[TimeSpan.FromDays(8), Sight])
        {
            var duties = Between(at - reach, at + reach, overrides);
            var index = duties.ToList().FindIndex(duty => duty.From <= at && at < duty.To);
            if (reach == Sight || (index > 0 && index < duties.Count - 1))
                return duties[index];
        }
        throw new InvalidOperationException("A time has a first and a last duty.");
    }

    /// <summary>Who comes after the one who is on duty, or null where nothing changes within six weeks.</summary>
    public Duty? After(Duty duty, IReadOnlyCollection<ShiftOverride> overrides) =>
        Between(duty.To, duty.To + Sight, overrides) is [var next, ..] && next.PersonId != duty.PersonId ? next : null;

    /// <summary>The whole of a time, gaps included: each begins where the one before ends, and neighbours differ.</summary>
    public IReadOnlyList<Duty> Between(DateTimeOffset from, DateTimeOffset to, IReadOnlyCollection<ShiftOverride> overrides)
    {
        var mine = overrides.Where(one => one.ScheduleId == Id && one.From < to && one.To > from).OrderByDescending(one => one.MadeAt).ThenByDescending(one => one.Id).ToArray();
        var changes = Rotations.SelectMany(rotation => rotation.Changes(Zone, from, to)).Concat(mine.SelectMany(one => new[] { one.From, one.To }))
            .Where(at => at > from && at < to).Append(from).Append(to).Distinct().Order().ToArray();
        var duties = new List<Duty>();
        for (var index = 0; index + 1 < changes.Length; index++)
        {
            var (person, by) = WhoAt(changes[index], mine);
            if (duties is [.., var last] && last.PersonId == person && last.OverrideId == by)
                duties[^1] = last with { To = changes[index + 1] };
            else
                duties.Add(new(person, changes[index], changes[index + 1], by));
        }
        return duties;
    }

    (string? PersonId, Guid? OverrideId) WhoAt(DateTimeOffset at, ShiftOverride[] latestFirst)
    {
        if (latestFirst.FirstOrDefault(one => one.From <= at && at < one.To) is { } taken)
            return (taken.PersonId, taken.Id);
        return (Rotations.Select(rotation => rotation.MemberAt(Zone, at)).FirstOrDefault(member => member is not null), null);
    }
}
