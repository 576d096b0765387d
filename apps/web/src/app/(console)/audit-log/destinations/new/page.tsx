import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { DestinationForm } from '@/features/audit-destinations/destination-form.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auditDestinations'))('new') }
}

export default function NewDestinationPage() {
  return <DestinationForm />
}
