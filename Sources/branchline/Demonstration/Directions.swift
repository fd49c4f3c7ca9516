import HubService
import Localization
import NodeService

/// Where to look while the demonstration goes on running.
struct Directions {
    let chain: LocalChain
    let shops: [LocalBranch]

    func show(in story: Story) {
        let hub = chain.hubDirectory.path
        let program = CommandLine.arguments.first ?? "branchline"
        story.chapter(Phrase("It goes on running until Ctrl-C", "系统继续运行，按 Ctrl-C 结束"))
        story.say(
            Phrase(
                "Headquarters: \(LocalChain.host):\(chain.hub.port) (TLS), directory \(hub)",
                "总部：\(LocalChain.host):\(chain.hub.port)（TLS），目录 \(hub)"))
        for shop in shops {
            story.say(
                Phrase(
                    "\(shop.code) \(shop.name): directory \(shop.directory.path)",
                    "\(shop.code) \(shop.name)：目录 \(shop.directory.path)"))
        }
        story.say(Phrase("In another terminal:", "请在另一个终端里试试："))
        story.show(
            """
            \(program) status --data \(hub)
            \(program) query "select * from members" --data \(hub)
            \(program) query "select * from record_clocks" --data \(hub)
            \(program) members find --phone 13800138000 --data \(shops[0].directory.path)
            \(program) status --data \(shops[0].directory.path)
            """)
    }
}
