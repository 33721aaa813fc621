using Microsoft.EntityFrameworkCore;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Http;
using OpsDashboard.Metrics;
using OpsDashboard.Storage;

namespace OpsDashboard.Objectives.Entries;

/// <summary>
/// Figures that nobody measures and a person enters. Each is a row, an audit entry and a sample with the label <c>source="manual"</c>;
/// the sample of a correction lies one millisecond after the one that it corrects, so that both stay and the later counts. Thread-safe.
/// </summary>
public sealed class EnteredFigures(IDbContextFactory<OpsContext> contexts, IAuditLog audit, ICatalogue catalogue, ISampleAppender samples, KpiReports reports, MetricsOptions options, TimeProvider clock, ILogger<EnteredFigures> log)
{
    public const string Source = "manual";

    /// <summary>The KPIs of a system that a person may enter.</summary>
    public IReadOnlyList<Kpi> KpisOf(MonitoredSystem system) => [.. (system.Document<KpiDocument>()?.Kpis ?? []).Where(kpi => kpi.Entry is not null)];

    /// <summary>The entries of the systems that the actor may read, newest first, superseded ones among them.</summary>
    public async Task<IReadOnlyList<EnteredFigure>> ListAsync(Actor actor, string? systemId, int limit, CancellationToken stop)
    {
        if (systemId is not null)
            actor.Demand(Permission.ReadKpis, systemId);
        else if (!actor.MayAnywhere(Permission.ReadKpis))
            actor.Demand(Permission.ReadKpis);
        var readable = catalogue.Current.Systems.Select(system => system.Id).Where(id => actor.May(Permission.ReadKpis, id) && (systemId is null || id == systemId)).ToArray();
        await using var context = await contexts.CreateDbContextAsync(stop);
        return await context.Set<EnteredFigure>().AsNoTracking().Where(figure => readable.Contains(figure.SystemId))
            .OrderByDescending(figure => figure.EnteredAt).ThenByDescending(figure => figure.Id).Take(limit).ToListAsync(stop);
    }

    /// <exception cref="InvalidInputException">The figure cannot be accepted, or the day has one already.</exception>
    /// <exception cref="AccessDeniedException">The actor may not enter figures of the system.</exception>
    public async Task<EnteredFigure> EnterAsync(Actor actor, FigureInput input, CancellationToken stop)
    {
        Demand(actor, input.System);
        var entry = EntryOf(input.System, input.Kpi) ?? throw new InvalidInputException("kpi", "is none that a person enters; kpis.yml says which with `entry:`.");
        var now = clock.Now();
        var day = string.IsNullOrWhiteSpace(input.Day) ? now.UtcDateTime.ToString(FigureRules.DayFormat, System.Globalization.CultureInfo.InvariantCulture) : input.Day;
        InvalidInputException.ThrowIfAny([.. FigureRules.Check(entry, input.Value, input.Source, input.Note), .. FigureRules.CheckDay(day, now, options.RawRetention)]);
        await using var context = await contexts.CreateDbContextAsync(stop);
        if (await context.Set<EnteredFigure>().AnyAsync(figure => figure.SystemId == input.System && figure.KpiId == input.Kpi && figure.Day == day, stop))
            throw new InvalidInputException("day", "has a figure already: correct that one.");
        var figure = new EnteredFigure
        {
            Id = clock.NewId(),
            SystemId = input.System!,
            KpiId = input.Kpi!,
            Day = day,
            Revision = 0,
            At = FigureRules.Instant(day, now),
            Value = input.Value!.Value,
            Source = input.Source!.Trim(),
            Note = input.Note?.Trim() ?? "",
            EnteredById = actor.Id,
            EnteredBy = actor.Name,
            EnteredAt = now,
        };
        await KeepAsync(context, figure, new(actor, "figure.entered", Subject(figure), Particulars: new Dictionary<string, object?> { ["after"] = Particulars(figure) }), stop);
        return figure;
    }

    /// <summary>Puts another value in the place of an entry, which stays as it was.</summary>
    /// <exception cref="NotFoundException">There is no such entry, or not for this actor.</exception>
    /// <exception cref="StaleVersionException">It was corrected already: correct the latest.</exception>
    /// <exception cref="InvalidInputException" />
    /// <exception cref="AccessDeniedException" />
    public async Task<EnteredFigure> CorrectAsync(Actor actor, Guid id, FigureCorrection input, CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        var before = await context.Set<EnteredFigure>().AsNoTracking().SingleOrDefaultAsync(figure => figure.Id == id, stop);
        if (before is null || !actor.May(Permission.ReadKpis, before.SystemId))
            throw new NotFoundException("such entered figure");
        Demand(actor, before.SystemId);
        var entry = EntryOf(before.SystemId, before.KpiId) ?? throw new InvalidInputException("kpi", "is none any more that a person enters.");
        var (source, note) = (input.Source ?? before.Source, input.Note ?? before.Note);
        InvalidInputException.ThrowIfAny([.. FigureRules.Check(entry, input.Value, source, note)]);
        var latest = await context.Set<EnteredFigure>().Where(figure => figure.SystemId == before.SystemId && figure.KpiId == before.KpiId && figure.Day == before.Day).MaxAsync(figure => figure.Revision, stop);
        if (latest != before.Revision)
            throw new StaleVersionException(before.Revision, latest);
        var figure = new EnteredFigure
        {
            Id = clock.NewId(),
            SystemId = before.SystemId,
            KpiId = before.KpiId,
            Day = before.Day,
            Revision = before.Revision + 1,
            At = before.At.AddMilliseconds(1),
            Value = input.Value!.Value,
            Source = source.Trim(),
            Note = note.Trim(),
            EnteredById = actor.Id,
            EnteredBy = actor.Name,
            EnteredAt = clock.Now(),
        };
        await KeepAsync(context, figure, new(actor, "figure.corrected", Subject(figure), Particulars: new Dictionary<string, object?> { ["before"] = Particulars(before), ["after"] = Particulars(figure) }), stop);
        return figure;
    }

    /// <summary>Stores the samples that the store could not take when they were entered.</summary>
    public async Task StoreLeftAsync(CancellationToken stop)
    {
        await using var context = await contexts.CreateDbContextAsync(stop);
        foreach (var figure in await context.Set<EnteredFigure>().Where(figure => !figure.IsStored).OrderBy(figure => figure.EnteredAt).Take(1000).ToListAsync(stop))
        {
            if (!await StoreAsync(figure, stop))
                break;
        }
        await context.SaveChangesAsync(stop);
    }

    async Task KeepAsync(OpsContext context, EnteredFigure figure, AuditRecord record, CancellationToken stop)
    {
        context.Add(figure);
        try
        {
            await audit.CommitAsync(context, record, stop);
        }
        catch (DbUpdateException failure) when (!Problems.IsOutage(failure))
        {
            // Somebody else was a moment faster with the same revision of the same day.
            throw new StaleVersionException(figure.Revision - 1, figure.Revision);
        }
        // From here on it is entered, even where the caller has gone.
        if (await StoreAsync(figure, CancellationToken.None))
            await context.SaveChangesAsync(CancellationToken.None);
        reports.Forget(figure.SystemId);
    }

    async Task<bool> StoreAsync(EnteredFigure figure, CancellationToken stop)
    {
        // A KPI that takes no entries any more has no series to write to; its rows stay.
        if (EntryOf(figure.SystemId, figure.KpiId) is not { } entry)
            return figure.IsStored = true;
        try
        {
            var series = samples.Resolve(Labels.Of(entry.Metric, ("system", figure.SystemId), ("environment", catalogue.Current.Environment), ("source", Source)));
            var outcome = await samples.AppendDurableAsync(new PendingSample[] { new(series, figure.At.ToUnixTimeMilliseconds(), figure.Value) }, stop);
            if (outcome.Refused > 0)
                log.LogWarning("The sample of {Subject} was refused: {Outcome}", Subject(figure), outcome);
            return figure.IsStored = true;
        }
        catch (Exception failure) when (failure is IOException or SeriesLimitException)
        {
            log.LogWarning("The sample of {Subject} is not stored yet: {Problem}", Subject(figure), failure.Message);
            return false;
        }
    }

    static void Demand(Actor actor, string? systemId)
    {
        if (string.IsNullOrEmpty(systemId))
            throw new InvalidInputException("system", "names a system.");
        actor.Demand(Permission.EnterFigures, systemId);
    }

    KpiEntry? EntryOf(string? systemId, string? kpiId) =>
        catalogue.Current.Systems.FirstOrDefault(system => system.Id == systemId)?.Document<KpiDocument>()?.Kpis.FirstOrDefault(kpi => kpi.Id == kpiId)?.Entry;

    static string Subject(EnteredFigure figure) => $"kpi/{figure.SystemId}/{figure.KpiId}/{figure.Day}";

    static Dictionary<string, object?> Particulars(EnteredFigure figure) => new()
    {
        ["value"] = figure.Value,
        ["day"] = figure.Day,
        ["source"] = figure.Source,
        ["note"] = figure.Note,
        ["revision"] = figure.Revision,
    };
}
