using Microsoft.AspNetCore.Components;
using OpsDashboard.Access;
using OpsDashboard.Audit;
using OpsDashboard.Live;
using OpsDashboard.Ui;

namespace OpsDashboard.Shell.Faults;

/// <summary>The fault panel: break a simulated system and watch the chain work.</summary>
public sealed partial class SimulatorPage : LivePage
{
    static readonly (int Seconds, string Text)[] Lengths = [(30, "30 s"), (120, "2 min"), (600, "10 min"), (3600, "1 h")];
    const int DefaultLength = 120;
    static readonly TimeSpan Count = TimeSpan.FromSeconds(1);

    [Inject] public required FaultDesk Desk { get; set; }
    [Inject] public required ICurrentActor Current { get; set; }
    [Inject] public required Browser Browser { get; set; }

    [Inject] public required NavigationManager Navigation { get; set; }

    /// <summary>Seconds that the next fault lasts, in the address: a link to a drill carries it.</summary>
    [SupplyParameterFromQuery(Name = "for")] public int? Lasting { get; set; }

    int LastingSeconds => Lengths.Any(length => length.Seconds == Lasting) ? Lasting!.Value : DefaultLength;

    void Last(int seconds) => Navigation.NavigateTo(Urls.With(Urls.Simulator, ("for", seconds == DefaultLength ? null : $"{seconds}")), replace: true);

    Actor? actor;
    SimulatorState state = SimulatorState.None;
    string? problem;
    bool busy;

    bool MayRemove => Desk.HasSimulator && actor?.May(Permission.EditCatalogue) == true;

    string Sentence => !Desk.HasSimulator || state.IsOff
        ? "Five systems, simulated over real HTTP, to break and to mend."
        : state.Systems.Sum(system => system.Faults.Count) switch
        {
            0 => "Break a simulated system and watch what the dashboard makes of it. Nothing is broken now.",
            1 => "One fault is in force. It shows on the overview within a second.",
            var count => $"{count} faults are in force. They show on the overview within a second.",
        };

    protected override void Follow() => On(Clock.CreateTimer(_ => Wake(), null, Count, Count));

    protected override async Task RefreshAsync(CancellationToken stop)
    {
        actor = await Current.GetAsync();
        try
        {
            state = await Desk.ReadAsync(actor, stop);
            problem = null;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested)
        {
            problem = "The simulator does not answer.";
        }
    }

    Task InjectAsync(SimulatedState system, FaultRequest request) => ActAsync($"{system.Name}: {FaultWords.Title(request.Kind!)}, SIMULATED", (actor, stop) => Desk.InjectAsync(actor, system.Id, request, stop));

    Task EndAsync(SimulatedState system, string? kind) => ActAsync($"{system.Name}: {(kind is null ? "all faults" : FaultWords.Title(kind))} ended", (actor, stop) => Desk.EndAsync(actor, system.Id, kind, stop));

    Task RestartAsync(SimulatedState system) => ActAsync($"{system.Name}: restarted", (actor, stop) => Desk.RestartAsync(actor, system.Id, stop));

    Task SwitchAsync(bool on) => ActAsync(on ? "The demo is back" : "The demo is removed", (actor, stop) => Desk.SwitchAsync(actor, on, stop));

    async Task ActAsync(string done, Func<Actor, CancellationToken, Task> act)
    {
        if (busy)
            return;
        busy = true;
        try
        {
            await act(await Current.GetAsync(), Gone);
            await RefreshAsync(Gone);
            await Browser.ToastAsync(done);
        }
        catch (Exception error) when (error is InvalidInputException or AccessDeniedException or NotFoundException)
        {
            await Browser.ToastAsync(error.Message, critical: true);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !Gone.IsCancellationRequested)
        {
            problem = "The simulator does not answer.";
        }
        finally
        {
            busy = false;
        }
    }
}
