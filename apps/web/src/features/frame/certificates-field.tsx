'use client'
import { TextAreaField } from '@berth/ui'
import type { ComponentProps } from 'react'

/** Certificates in PEM of the authorities that a server is checked by. */
export const CertificatesField = (props: ComponentProps<typeof TextAreaField>) => (
  <TextAreaField rows={4} spellCheck={false} autoComplete="off" {...props} className="font-mono text-12" />
)
