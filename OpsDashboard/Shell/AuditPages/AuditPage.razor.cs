using System.Globalization;
using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell.AuditPages;

/// <summary>The log, one page at a time: what is shown is in the address, so a page stays the same page while new entries arrive.</summary>
public sealed partial class AuditPage
{
    const int Rows = 100;

    readonly List<string> problems = [];
    AuditFilter filter = new();
    IReadOnlyList<AuditLine>? lines;
    AuditVerdict? verdict;
    long? older;
    bool mayExport, isVerifying;

    [Inject] public required ICurrentActor Current { get; init; }
    [Inject] public required AuditDesk Desk { get; init; }

    [SupplyParameterFromQuery(Name = "actor")] public string? ByActor { get; set; }
    [SupplyParameterFromQuery(Name = "action")] public string? Action { get; set; }
    [SupplyParameterFromQuery(Name = "subject")] public string? Subject { get; set; }
    [SupplyParameterFromQuery(Name = "outcome")] public string? Outcome { get; set; }
    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }
    [SupplyParameterFromQuery(Name = "until")] public string? Until { get; set; }
    [SupplyParameterFromQuery(Name = "before")] public string? Before { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        problems.Clear();
        filter = new(Filled(ByActor), Filled(Action), Filled(Subject), ReadOutcome(), ReadTime(From, "from"), ReadTime(Until, "until"));
        var actor = await Current.GetAsync();
        mayExport = actor.May(Permission.ExportAudit);
        var found = await Desk.FindAsync(actor, filter, ReadBefore(), Rows + 1, CancellationToken.None);
        lines = [.. found.Take(Rows)];
        older = found.Count > Rows ? lines[^1].Entry.Sequence : null;
    }

    async Task VerifyAsync()
    {
        isVerifying = true;
        StateHasChanged();
        try
        {
            verdict = await Desk.VerifyAsync(await Current.GetAsync(), CancellationToken.None);
        }
        catch (AccessDeniedException refusal)
        {
            problems.Add(refusal.Message);
        }
        finally
        {
            isVerifying = false;
        }
    }

    string Address(long? before) => Urls.With(Urls.Audit, ("actor", ByActor), ("action", Action), ("subject", Subject), ("outcome", Outcome), ("from", From), ("until", Until), ("before", before?.ToString(CultureInfo.InvariantCulture)));

    AuditOutcome? ReadOutcome()
    {
        if (Filled(Outcome) is not { } text)
            return null;
        if (Enum.TryParse<AuditOutcome>(text, ignoreCase: true, out var outcome) && Enum.IsDefined(outcome))
            return outcome;
        problems.Add("The outcome is done, refused or failed.");
        return null;
    }

    DateTimeOffset? ReadTime(string? text, string name)
    {
        if (Filled(text) is null)
            return null;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return at;
        problems.Add($"'{name}' is no time, e.g. 2026-11-20T03:00.");
        return null;
    }

    long? ReadBefore() => long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null;

    static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    static string Word(AuditOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
