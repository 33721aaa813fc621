using System.Text;
using OpsDashboard.Access;
using OpsDashboard.Alerts.Silences;
using OpsDashboard.Audit;
using OpsDashboard.Incidents;
using OpsDashboard.Incidents.Telling;
using OpsDashboard.Storage;
using OpsDashboard.Tests.Alerts.Handling;
using OpsDashboard.Tests.Testing;
using Xunit;

namespace OpsDashboard.Tests.Incidents;

public sealed class SqliteUpdateDeskTests() : UpdateDeskTests(StorageProvider.Sqlite);

public sealed class PostgresUpdateDeskTests() : UpdateDeskTests(StorageProvider.Postgres);

public abstract class UpdateDeskTests(StorageProvider provider) : IAsyncLifetime
{
    static readonly Actor Lead = new("lead", "Lead", ActorKind.Person, [new(Role.Commander, "shop")]);

    TellingRoom room = null!;

    public async Task InitializeAsync() => room = await TellingRoom.OpenAsync(provider);

    public Task DisposeAsync() => room.DisposeAsync().AsTask();

    static (string Subject, string Body) Read(string mail)
    {
        var end = mail.IndexOf("\n\n", StringComparison.Ordinal);
        var (head, body) = (mail[..end], mail[(end + 2)..]);
        var subject = head.Split('\n').Single(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..];
        return (subject, head.Contains("base64", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.GetString(Convert.FromBase64String(body.ReplaceLineEndings(""))).ReplaceLineEndings("\n").TrimEnd() : body.Replace("=\n", "").Replace("=3C", "<").Replace("=3E", ">").TrimEnd());
    }

    static UpdateAsk Ask(string? eta = null, params string[] receivers) => new("service-degradation", eta is null ? null : new Dictionary<string, string> { ["eta"] = eta }, Receivers: receivers.Length > 0 ? receivers : null);

    [Fact]
    public async Task Update_AsTheGuideWritesIt_ArrivesWordForWord_AndTheTimelineSaysWhoWasReached()
    {
        var incident = await room.IncidentAsync();
        var preview = await room.Updates.PreviewAsync(Lead, incident.Id, Ask("half past"), default);
        var after = await room.Updates.SendAsync(Lead, incident.Id, "press", Ask("half past") with { Seen = preview.Seen }, default);
        Assert.Equal((1, room.Alerts.Clock.GetUtcNow() + TimeSpan.FromMinutes(10)), (after.Updates, after.UpdateDueAt));
        await room.Outgoing.RoundAsync();
        var mail = Assert.Single(room.Mails.Mails);
        Assert.Contains("To: devops@company.com", mail);
        var (subject, body) = Read(mail);
        Assert.Equal((preview.Subject, preview.Body), (subject, body));
        Assert.Equal("[INCIDENT] D&D Companion - Service Degradation", subject);
        var start = $"{incident.ImpactBeganAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        Assert.Equal($"- Service affected: Shop\n- Severity: critical\n- Start time: {start}\n- Current status: investigating\n- Impact: Nobody can <b>pay</b>\n- ETA: half past", body);
        await room.Events.LookAsync(default);
        var lines = await room.LinesAsync(incident);
        Assert.Contains(lines, line => line == $"Update to dd-devops, the status page\n{subject}\n{body}");
        Assert.Contains("devops@company.com was told by email", lines);
        Assert.Contains("incident.update_posted", await room.Alerts.AuditedAsync());
    }

    [Fact]
    public async Task Maintenance_AsTheGuideWritesIt_ArrivesWordForWord()
    {
        var now = room.Alerts.Clock.GetUtcNow();
        var window = await room.Alerts.Silences.CreateAsync(AlertRoom.Chief, new(["system=\"shop\""], now + TimeSpan.FromHours(1), now + TimeSpan.FromMinutes(150), Reason: "New disks", Kind: SilenceKind.Maintenance), default);
        var ask = new UpdateAsk("scheduled-maintenance", new Dictionary<string, string> { ["rollback"] = "The old disks\nstay in place" });
        await room.Updates.SendWindowAsync(Lead, window.Id, "press", ask, default);
        await room.Updates.SendWindowAsync(Lead, window.Id, "press", ask, default);
        await room.Outgoing.RoundAsync();
        var (subject, body) = Read(Assert.Single(room.Mails.Mails));
        Assert.Equal("[MAINTENANCE] D&D Companion - Scheduled Maintenance", subject);
        Assert.Equal($"- Date/Time: {(now + TimeSpan.FromHours(1)).UtcDateTime:yyyy-MM-dd HH:mm} UTC\n- Duration: 1 h 30 min\n- Services affected: Shop\n- Reason: New disks\n- Rollback plan: The old disks\nstay in place", body);
        Assert.Equal("Working", Assert.Single(await room.Status.ReadAsync(default)).State);
        room.Alerts.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal("Planned maintenance", Assert.Single(await room.Status.ReadAsync(default)).State);
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Updates.SendWindowAsync(AlertRoom.Ada, window.Id, "other", ask, default));
        Assert.Single(await room.Alerts.AuditedAsync(), action => action == "maintenance.announced");
    }

    [Fact]
    public async Task SentTwiceWithOneKey_TellsOnce()
    {
        var incident = await room.IncidentAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => room.Updates.SendAsync(Lead, incident.Id, "press", Ask(), default)));
        await room.Updates.SendAsync(Lead, incident.Id, "press", Ask("later"), default);
        await room.Outgoing.RoundAsync();
        Assert.Single(room.Mails.Mails);
        Assert.Equal(1, (await room.Desk.FindAsync(Lead, incident.Id, default)).Updates);
        Assert.Single(await room.Alerts.AuditedAsync(), action => action == "incident.update_posted");
    }

    [Fact]
    public async Task WhoMayNot_IsRefused_TheRefusalIsNoted_AndNobodyIsTold()
    {
        var incident = await room.IncidentAsync();
        var refusals = new NotedRefusals();
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Updates.SendAsync(AlertRoom.Viewer with { Refusals = refusals }, incident.Id, "a", Ask(), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Updates.SendAsync(AlertRoom.Bob with { Refusals = refusals }, incident.Id, "b", Ask(), default));
        await Assert.ThrowsAsync<AccessDeniedException>(() => room.Updates.PreviewAsync(AlertRoom.Bob, incident.Id, Ask(), default));
        Assert.Equal(2, refusals.Noted.Count);
        Assert.Empty(await room.Outgoing.LoggedAsync());
        await room.Desk.TakeAsync(AlertRoom.Bob, incident.Id, IncidentRole.Communications, default);
        Assert.Equal(1, (await room.Updates.SendAsync(AlertRoom.Bob, incident.Id, "c", Ask(), default)).Updates);
    }

    [Fact]
    public async Task WhatIsNotWhatWasSeen_OrReachesNobody_IsNotTold()
    {
        var incident = await room.IncidentAsync();
        var preview = await room.Updates.PreviewAsync(Lead, incident.Id, Ask(), default);
        await room.Desk.MoveAsync(Lead, incident.Id, IncidentStatus.Mitigating, "restarting", default);
        await Assert.ThrowsAsync<IncidentStateException>(() => room.Updates.SendAsync(Lead, incident.Id, "a", Ask() with { Seen = preview.Seen }, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Updates.SendAsync(Lead, incident.Id, "b", Ask() with { Receivers = [], IsPublic = false }, default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Updates.SendAsync(Lead, incident.Id, "c", Ask(null, "others"), default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Updates.SendAsync(Lead, incident.Id, "d", new("team-update", IsPublic: true), default));
        await Assert.ThrowsAsync<InvalidInputException>(() => room.Updates.SendAsync(Lead, incident.Id, null, Ask(), default));
        Assert.Empty(await room.Outgoing.LoggedAsync());
    }

    [Fact]
    public async Task StatusPage_SaysOnlyWhatWasPosted()
    {
        var incident = await room.IncidentAsync();
        Assert.Empty(await room.Status.ReadAsync(default));
        await room.Updates.SendAsync(Lead, incident.Id, "a", Ask("inside", "users") with { IsPublic = false }, default);
        room.Alerts.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Empty(await room.Status.ReadAsync(default));
        await room.Updates.SendAsync(Lead, incident.Id, "b", Ask("outside"), default);
        room.Alerts.Clock.Advance(TimeSpan.FromSeconds(6));
        var system = Assert.Single(await room.Status.ReadAsync(default));
        Assert.Equal("Not working for many", system.State);
        var post = Assert.Single(Assert.Single(system.Stories).Posts);
        Assert.Contains("- ETA: outside", post.Text);
        Assert.DoesNotContain("api", post.Text, StringComparison.OrdinalIgnoreCase);
        await room.Desk.ResolveAsync(Lead, incident.Id, "restarted", null, room.Alerts.Clock.GetUtcNow(), default);
        await room.Updates.SendAsync(Lead, incident.Id, "c", Ask(), default);
        room.Alerts.Clock.Advance(TimeSpan.FromSeconds(6));
        system = Assert.Single(await room.Status.ReadAsync(default));
        Assert.Equal(("Working", false, 2), (system.State, system.Stories[0].IsOpen, system.Stories[0].Posts.Count));
        room.Alerts.Clock.Advance(TimeSpan.FromDays(15));
        Assert.Empty(await room.Status.ReadAsync(default));
    }
}
