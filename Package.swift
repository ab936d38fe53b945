// swift-tools-version: 6.2
// One target per room of the house; what each may import is listed here and held by HouseTests.
// Dependencies are one per line and alphabetical.

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableExperimentalFeature("Lifetimes"),
    .treatAllWarnings(as: .error),
    // A message passes through a dozen targets: what is small is inlined across them, which takes a tenth off an import.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// For the targets that touch raw bytes and C handles: every unsafe expression is spelled `unsafe`.
let strictSettings: [SwiftSetting] = settings + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncAlgorithms = Target.Dependency.product(
    name: "AsyncAlgorithms",
    package: "swift-async-algorithms"
)
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let basicContainers = Target.Dependency.product(name: "BasicContainers", package: "swift-collections")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let customDump = Target.Dependency.product(name: "CustomDump", package: "swift-custom-dump")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let issueReporting = Target.Dependency.product(
    name: "IssueReportingTestSupport",
    package: "xctest-dynamic-overlay"
)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let rainbow = Target.Dependency.product(name: "Rainbow", package: "Rainbow")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let textTable = Target.Dependency.product(name: "TextTable", package: "TextTable")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "otatape",
    products: [
        .executable(name: "otatape", targets: ["otatape"]),
        .executable(name: "otatape-bench", targets: ["Benchmarks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/onevcat/Rainbow", from: "4.2.2"),
        .package(url: "https://github.com/ordo-one/TextTable", from: "0.0.2"),
        .package(url: "https://github.com/pointfreeco/swift-custom-dump", from: "1.7.3"),
        .package(url: "https://github.com/pointfreeco/xctest-dynamic-overlay", from: "1.13.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // C libraries: headers only.
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(
            name: "CMosquitto",
            pkgConfig: "libmosquitto",
            providers: [.apt(["libmosquitto-dev"])]
        ),
        .systemLibrary(name: "CPcap", pkgConfig: "libpcap", providers: [.apt(["libpcap-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The pure core: no I/O, no clock.
        .target(name: "Traffic", swiftSettings: strictSettings),
        .target(
            name: "Wire",
            dependencies: ["Traffic", basicContainers, collections],
            swiftSettings: strictSettings
        ),
        .target(
            name: "Dialects",
            dependencies: ["Traffic", yams],
            resources: [.embedInCode("Definitions"), .embedInCode("Language")],
            swiftSettings: strictSettings
        ),
        .target(
            name: "Sessions",
            dependencies: ["Dialects", "Traffic", collections],
            swiftSettings: settings
        ),
        .target(
            name: "Verdicts",
            dependencies: ["Dialects", "Sessions", "Traffic"],
            swiftSettings: settings
        ),

        // The edges: I/O, each thin.
        .target(
            name: "Digests",
            dependencies: ["CZlib", "Traffic", crypto, systemPackage],
            swiftSettings: strictSettings
        ),
        .target(name: "Waiting", swiftSettings: strictSettings),
        .target(
            name: "PacketSources",
            dependencies: ["CPcap", "Traffic", "Waiting"],
            swiftSettings: strictSettings
        ),
        .target(
            name: "BrokerLink",
            dependencies: ["CMosquitto", "Traffic", "Waiting", "Wire", subprocess, systemPackage],
            swiftSettings: strictSettings
        ),
        .target(
            name: "Spool",
            dependencies: ["BrokerLink", "Digests", "Traffic"],
            swiftSettings: strictSettings
        ),
        .target(
            name: "DeviceSimulation",
            dependencies: [
                "BrokerLink", "Dialects", "Digests", "Traffic", asyncHTTPClient, nioCore, nioHTTP1, nioPosix,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "FirmwareHost",
            dependencies: ["Digests", "Traffic", httpTypes, hummingbird, logging, nioCore],
            swiftSettings: settings
        ),
        .target(
            name: "Replay",
            dependencies: ["Dialects", "Sessions", "Traffic", histogram],
            swiftSettings: settings
        ),
        .target(
            name: "Store",
            dependencies: ["Dialects", "Sessions", "Traffic", "Verdicts", grdb, grdbSQLite],
            resources: [.embedInCode("Queries")],
            swiftSettings: settings
        ),

        // The faces.
        .target(
            name: "Interchange",
            dependencies: ["Traffic"],
            swiftSettings: settings
        ),
        .target(
            name: "Reports",
            dependencies: ["Sessions", "Store", "Traffic", "Verdicts", rainbow, textTable],
            swiftSettings: settings
        ),
        .target(
            name: "Pipeline",
            dependencies: [
                "BrokerLink", "DeviceSimulation", "Dialects", "Digests", "FirmwareHost", "Interchange",
                "PacketSources", "Replay", "Reports", "Sessions", "Spool", "Store", "Traffic", "Verdicts",
                "Wire",
                asyncAlgorithms, unixSignals,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Commands",
            dependencies: [
                "Dialects", "Interchange", "Pipeline", "Reports", "Sessions", "Store", "Traffic", "Verdicts",
                argumentParser,
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "otatape",
            dependencies: ["CMalloc", "Commands"],
            swiftSettings: strictSettings
        ),

        // What must hold for any bytes: libFuzzer drives it (below), and the tests repeat it.
        .target(
            name: "Fuzzing",
            dependencies: ["Dialects", "PacketSources", "Traffic", "Wire"],
            swiftSettings: settings
        ),

        // Measuring: no part of the program; runs it, and libpcap and SQLite without it.
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "BrokerLink", "CPcap", "Dialects", "Digests", "PacketSources", "Traffic", argumentParser,
                collections, grdbSQLite,
            ],
            swiftSettings: strictSettings
        ),

        // Tests: one target per room, TestSupport shared.
        .target(
            name: "TestSupport",
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),
        .testTarget(
            name: "BenchmarksTests",
            dependencies: ["Benchmarks", "PacketSources", "Pipeline", "Store", "TestSupport", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "BrokerLinkTests",
            dependencies: ["BrokerLink", "TestSupport", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: ["TestSupport", "otatape"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DeviceSimulationTests",
            dependencies: ["BrokerLink", "DeviceSimulation", "Dialects", "FirmwareHost", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DialectsTests",
            dependencies: ["Dialects", "Traffic", customDump, issueReporting],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DigestsTests",
            dependencies: ["Digests", "TestSupport", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SpoolTests",
            dependencies: ["BrokerLink", "Spool", "TestSupport", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FirmwareHostTests",
            dependencies: ["FirmwareHost", "Traffic", crypto],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["Dialects", "Fuzzing", "PacketSources", "TestSupport", "Traffic", "Wire"],
            exclude: ["FailCases"],
            swiftSettings: settings
        ),
        .testTarget(name: "HouseTests", dependencies: ["TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PacketSourcesTests",
            dependencies: ["PacketSources", "TestSupport", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "BrokerLink", "Dialects", "Digests", "Interchange", "Pipeline", "Reports", "Sessions",
                "Spool", "Store", "TestSupport", "Traffic", "Verdicts", customDump,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReplayTests",
            dependencies: ["Dialects", "Replay", "Sessions", "Traffic"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReportsTests",
            dependencies: ["Dialects", "Reports", "Sessions", "Store", "Traffic", "Verdicts"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SessionsTests",
            dependencies: ["Dialects", "Sessions", "Traffic", customDump, issueReporting],
            swiftSettings: settings
        ),
        .testTarget(
            name: "StoreTests",
            dependencies: [
                "Dialects", "Sessions", "Store", "TestSupport", "Traffic", "Verdicts", customDump, subprocess,
                issueReporting,
            ],
            swiftSettings: settings
        ),
        .testTarget(name: "TrafficTests", dependencies: ["Traffic"], swiftSettings: settings),
        .testTarget(
            name: "VerdictsTests",
            dependencies: ["Dialects", "Sessions", "Traffic", "Verdicts"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WireTests",
            dependencies: ["Digests", "PacketSources", "TestSupport", "Traffic", "Wire"],
            swiftSettings: settings
        ),
    ]
)

// `make fuzz` builds in a folder of its own with OTATAPE_FUZZER set: then the rooms that read strangers' bytes carry
// libFuzzer's counters, and there is a program that drives them. SwiftPM calls a program's entry `Fuzzer_main` and has
// the linker take it for `main`, beside libFuzzer's own: `muldefs` lets the first one count.
if Context.environment["OTATAPE_FUZZER"] != nil {
    let counted: Set = ["Dialects", "Fuzzing", "PacketSources", "Traffic", "Wire"]
    for target in package.targets where counted.contains(target.name) {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer"])]
    }
    package.targets.append(
        .executableTarget(
            name: "Fuzzer",
            dependencies: ["Fuzzing"],
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer", "-parse-as-library"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-Xlinker", "-z", "-Xlinker", "muldefs"])]
        )
    )
}
