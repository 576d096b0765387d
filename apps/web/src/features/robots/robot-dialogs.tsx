'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { Button, Dialog, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { api, useApiMutation } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import RobotSecret from './robot-secret.tsx'

type Props = { robots: Schemas['Robot'][]; onClose: () => void; onDone: () => void }
export type RobotQuestion = 'secret' | 'delete'

export default function RobotDialogs({ what, ...props }: Props & { what: RobotQuestion }) {
  return what === 'secret' ? <NewSecret {...props} /> : <DeleteRobots {...props} />
}

/** Asks first: whoever uses the old secret stops working within seconds. */
function NewSecret({ robots: [robot], onClose }: Props) {
  const t = useTranslations('robots.refresh')
  const { words } = useUi()
  const refresh = useApiMutation('RefreshSec', ['ListRobot', 'GetRobotByID'])
  if (!robot) return null
  const { id = 0, name = '' } = robot
  const secret = refresh.data?.data.secret
  return (
    <Dialog
      open
      onClose={onClose}
      title={t(secret ? 'doneTitle' : 'title', { name })}
      footer={
        secret ? (
          <Button variant="primary" onClick={onClose}>
            {t('close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.cancel}</Button>
            <Button
              variant="danger"
              busy={refresh.isPending}
              onClick={() => refresh.mutate({ path: { robot_id: id }, body: {} })}
            >
              {t('confirm')}
            </Button>
          </>
        )
      }
    >
      <ProblemBanner error={refresh.error} />
      {secret ? <RobotSecret name={name} secret={secret} /> : <p>{t('help')}</p>}
    </Dialog>
  )
}

function DeleteRobots({ robots, onClose, onDone }: Props) {
  const t = useTranslations('robots.deleteDialog')
  const count = robots.length
  const name = robots[0]?.name ?? ''
  return (
    <BulkDialog
      title={t('title', { count, name })}
      rows={robots}
      keyOf={({ id }) => String(id)}
      nameOf={(robot) => <code className="font-mono text-13 break-all">{robot.name}</code>}
      run={({ id = 0 }) =>
        api.call('DeleteRobot', { path: { robot_id: id } }).catch((error) => {
          // Deleted by someone else in the meantime: what was wanted is done.
          if (!(error instanceof ApiError && error.status === 404)) throw error
        })
      }
      changes={['ListRobot']}
      startLabel={t('confirm', { count })}
      danger
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost', { count })}</p>
    </BulkDialog>
  )
}
