import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import type { Core } from '../context/index.ts'
import { claimTask, createExecution, type NewExecution, readExecution } from './index.ts'

export const LEASE_MS = 10_000
export const webhook = { vendorType: 'WEBHOOK', vendorId: 7 } as const

interface Opened {
  url: string
  drop(): Promise<void>
}
interface Shop {
  core: Core
  close(): Promise<void>
}

/** For tests: executions of one webhook on a database of the file's own, which each test finds empty. Its clock stands until a test moves it. */
export class Ground {
  clock = Date.now()
  private opened: { database: Opened; shop: Shop; core: Core } | undefined

  constructor(newDatabase: () => Promise<Opened>, openShop: (url: string) => Promise<Shop>) {
    beforeAll(async () => {
      const database = await newDatabase()
      const shop = await openShop(database.url)
      this.opened = { database, shop, core: { ...shop.core, now: () => this.clock } }
    })
    afterAll(async () => {
      await this.opened?.shop.close()
      await this.opened?.database.drop()
    })
    beforeEach(async () => {
      await this.core.db.prisma.execution.deleteMany()
    })
  }

  /** Once the tests run. */
  get core(): Core {
    return this.opened!.core
  }

  create(execution: Partial<NewExecution> = {}) {
    return this.core.db.transaction((tx) =>
      createExecution(this.core, tx, { ...webhook, trigger: 'EVENT', ...execution }),
    )
  }

  async statusOf(id: number) {
    return (await readExecution(this.core, webhook, id))?.status
  }

  async claim(taskId: number) {
    const claimed = await claimTask(this.core, taskId, LEASE_MS)
    expect(claimed, 'the task can be taken').toBeDefined()
    return claimed!
  }
}
