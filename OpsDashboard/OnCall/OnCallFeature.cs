using OpsDashboard.Alerts;
using OpsDashboard.Alerts.Handling;
using OpsDashboard.Alerts.Notifications;
using OpsDashboard.Alerts.Notifications.Outbox;
using OpsDashboard.Audit;
using OpsDashboard.Catalogue;
using OpsDashboard.Live;
using OpsDashboard.OnCall.Api;
using OpsDashboard.OnCall.Paging;
using OpsDashboard.OnCall.Roster;
using OpsDashboard.OnCall.Rotations;
using OpsDashboard.Storage;

namespace OpsDashboard.OnCall;

/// <summary>Who is on call, who is paged after whom, and the pages.</summary>
public static class OnCallFeature
{
    public static WebApplicationBuilder AddOnCall(this WebApplicationBuilder builder)
    {
        builder.AddOnCallFiles();
        builder.Services.AddSingleton<OnCallBook>().AddSingleton<ShiftBook>().AddSingleton<Pager>();
        builder.Services.AddSingleton(services => new OwnPerson(services.GetRequiredService<OpsContextFactory>(), services.GetRequiredService<OnCallBook>(), services.GetRequiredService<ICatalogue>(),
            services.GetRequiredService<OutboxWriter>(), services.GetRequiredService<IAuditLog>(), services.GetRequiredService<LiveBus>(), services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<PageWays>().AddSingleton<CallStep>().AddSingleton<AlertMatters>().AddSingleton<PagingRound>();
        builder.Services.AddSingleton<IAlertPaging, AlertPagings>();
        builder.Services.AddHostedService<PagingHost>();
        return builder;
    }

    /// <summary>What is needed to read and judge the files alone.</summary>
    public static WebApplicationBuilder AddOnCallFiles(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IRootDocument, OnCallFile>();
        return builder;
    }

    public static WebApplication MapOnCall(this WebApplication app)
    {
        OnCallEndpoints.Map(app);
        OnCallForms.Map(app);
        return app;
    }
}
